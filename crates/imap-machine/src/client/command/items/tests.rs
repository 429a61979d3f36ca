use super::super::oracle;
use super::*;

fn written(items: impl Into<Items>) -> Result<String, InvalidArgument> {
    let items = items.into();
    let written = oracle::written("", |written| items.write(written))?;
    Ok(String::from_utf8(written).unwrap())
}

#[test]
fn items_and_modifiers() {
    let none = Items::new();
    for (items, expected) in [
        (none.clone().flags(), "FLAGS"),
        (none.clone().flags().uid().size(), "(FLAGS UID RFC822.SIZE)"),
        (
            none.clone().section("").section_and_set_seen("1.mime"),
            "(BODY.PEEK[] BODY[1.mime])",
        ),
        (
            none.clone().binary("1.2").partial(3, 4).binary_size(""),
            "(BINARY.PEEK[1.2]<3.4> BINARY.SIZE[])",
        ),
        (
            none.clone().preview_lazy().email_id().item("X-GM-LABELS"),
            "(PREVIEW (LAZY) EMAILID X-GM-LABELS)",
        ),
        (none.clone().item("X[a b]<1.2>"), "X[a b]<1.2>"),
        (Items::fast(), "FAST"),
        (Items::fast().uid(), "(FLAGS INTERNALDATE RFC822.SIZE UID)"),
        (Items::full().changed_since(1), "FULL (CHANGEDSINCE 1)"),
        (
            none.clone()
                .uid()
                .vanished()
                .changed_since(5)
                .partial_range(-1, -100),
            "UID (CHANGEDSINCE 5 VANISHED PARTIAL -1:-100)",
        ),
        (none.uid().partial_range(1, 9), "UID (PARTIAL 1:9)"),
    ] {
        assert_eq!(written(items).unwrap(), expected);
    }
}

#[test]
fn text_is_what_its_items_are() {
    for (text, items) in [
        ("fast", Items::fast()),
        ("(flags)", Items::new().item("flags")),
        (
            "(UID BODY.PEEK[HEADER.FIELDS (From \"]\")]<0.5> PREVIEW (LAZY))",
            Items::new()
                .uid()
                .section("HEADER.FIELDS (From \"]\")")
                .partial(0, 5)
                .preview_lazy(),
        ),
    ] {
        assert_eq!(written(text), written(items.clone()));
        let read = Items::from(text);
        assert_eq!(read.answers(), items.answers());
        assert_eq!(read.sets_seen(), items.sets_seen());
    }
}

#[test]
fn no_such_items() {
    for text in [
        "",
        " ",
        "()",
        "(UID",
        "UID)",
        "UID  FLAGS",
        "UID ",
        "(FAST)",
        "UID ALL",
        "UID\r\n",
        "BODY[",
        "BODY[0]",
        "BODY[1.]",
        "BODY[01]",
        "BODY[MIME]",
        "BODY[1.HEADER.FIELDS]",
        "BODY[HEADER.FIELDS ()]",
        "BODY[HEADER.FIELDS (a  b)]",
        "BODY[HEADER.FIELDS (a\"b)]",
        "BODY[x]",
        "BODY[]<0>",
        "BODY[]<0.0>",
        "BODY[]<0.1",
        "BODY.PEEK",
        "BINARY",
        "BINARY[HEADER]",
        "BINARY.SIZE[1]<0.1>",
        "FLAGS (x)",
        "FLAGS<0.1>",
        "caf\u{e9}",
        "UID (CHANGEDSINCE 5)",
        "UID\0",
        "X \"y\"",
    ] {
        assert_eq!(written(text), Err(InvalidArgument::NotAnItem), "{text}");
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let refused = [
        (Items::new(), InvalidArgument::Empty),
        (Items::new().changed_since(5), InvalidArgument::Empty),
        (Items::new().uid().partial(0, 1), InvalidArgument::NotAnItem),
        (
            Items::new().section("").partial(0, 1).partial(0, 1),
            InvalidArgument::NotAnItem,
        ),
        (
            Items::new().binary_size("1").partial(0, 1),
            InvalidArgument::NotAnItem,
        ),
        (Items::new().item("UID FLAGS"), InvalidArgument::NotAnItem),
        (
            Items::new().section("").partial(0, 0),
            InvalidArgument::OutOfRange,
        ),
        (
            Items::new().uid().vanished(),
            InvalidArgument::VanishedAlone,
        ),
        (
            Items::new().uid().changed_since(0),
            InvalidArgument::OutOfRange,
        ),
        (
            Items::new().uid().changed_since(1 << 63),
            InvalidArgument::OutOfRange,
        ),
        (
            Items::new().uid().partial_range(0, 1),
            InvalidArgument::OutOfRange,
        ),
        (
            Items::new().uid().partial_range(-1, 1),
            InvalidArgument::OutOfRange,
        ),
        (
            Items::new().uid().partial_range(1, i64::MAX),
            InvalidArgument::OutOfRange,
        ),
    ];
    for (items, error) in refused {
        assert_eq!(written(items), Err(error));
    }
    // What is not valid stays so.
    assert_eq!(
        written(Items::from("BODY[").uid()),
        Err(InvalidArgument::NotAnItem)
    );
}
