//! The searches that a scenario can send.

use imap_machine::client::{
    Command, InvalidArgument, Search, SearchReturn, SearchSources, SortBy, SortKey,
};

use super::problem::Problem;
use super::words::Words;

type Built = Result<Command, InvalidArgument>;

/// `None` if it is no such verb.
pub(super) fn search(verb: &str, words: &mut Words<'_>) -> Result<Option<Built>, Problem> {
    Ok(Some(match verb {
        "search-in" | "uid-search-in" => {
            let (charset, criteria) = (words.text("a charset")?, criteria(words));
            match verb {
                "search-in" => Command::search_in(&charset, criteria),
                _ => Command::uid_search_in(&charset, criteria),
            }
            .map(Into::into)
        }
        "sort" | "uid-sort" => {
            let (returns, by) = (returns(words)?, by(words)?);
            match (verb, returns, criteria(words)) {
                ("sort", None, criteria) => Command::sort(by, criteria),
                ("sort", Some(returns), criteria) => Command::sort_with(by, criteria, &returns),
                (_, None, criteria) => Command::uid_sort(by, criteria),
                (_, Some(returns), criteria) => Command::uid_sort_with(by, criteria, &returns),
            }
            .map(Into::into)
        }
        "thread" | "uid-thread" => {
            let (algorithm, criteria) = (words.text("an algorithm")?, criteria(words));
            match verb {
                "thread" => Command::thread(algorithm, criteria),
                _ => Command::uid_thread(algorithm, criteria),
            }
            .map(Into::into)
        }
        "esearch" => {
            let sources = sources(words)?;
            let returns = returns(words)?.unwrap_or_default();
            Command::esearch(sources, &returns, criteria(words)).map(Into::into)
        }
        "cancel-update" => Command::cancel_update(words.rest().split_whitespace()).map(Into::into),
        _ => return Ok(None),
    }))
}

/// `RETURN (MIN COUNT)` and criteria. `None` if there is no RETURN.
pub(super) fn returning(verb: &str, words: &mut Words<'_>) -> Result<Option<Built>, Problem> {
    let Some(returns) = returns(words)? else {
        return Ok(None);
    };
    let criteria = criteria(words);
    let built = match verb {
        "search" => Command::search_with(criteria, &returns),
        _ => Command::uid_search_with(criteria, &returns),
    };
    Ok(Some(built.map(Into::into)))
}

/// The usual ones are known, so that the command does not wait for more than it has to.
fn criteria(words: &mut Words<'_>) -> Search {
    let text = words.rest();
    let subject = text.strip_prefix("SUBJECT \"");
    match (text, subject.and_then(|text| text.strip_suffix('"'))) {
        ("ALL", _) => Search::all(),
        ("UNSEEN", _) => Search::unseen(),
        ("FLAGGED", _) => Search::flagged(),
        ("DELETED", _) => Search::deleted(),
        (_, Some(subject)) => Search::all().subject(subject),
        (text, None) => Search::verbatim(text),
    }
}

/// `RETURN (MIN PARTIAL 1:100)`, which may come next.
fn returns(words: &mut Words<'_>) -> Result<Option<SearchReturn>, Problem> {
    if !words.keyword("RETURN") {
        return Ok(None);
    }
    let list = words.list()?.ok_or(Problem::Missing("what is returned"))?;
    let mut options = list.trim_matches(['(', ')']).split_whitespace();
    let mut returns = SearchReturn::new();
    while let Some(option) = options.next() {
        returns = match option {
            "MIN" => returns.min(),
            "MAX" => returns.max(),
            "COUNT" => returns.count(),
            "ALL" => returns.all(),
            "SAVE" => returns.save(),
            "UPDATE" => returns.update(),
            "CONTEXT" => returns.context(),
            "PARTIAL" => {
                let range = options.next().and_then(|range| range.split_once(':'));
                let ends =
                    range.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
                let (from, to) = ends.ok_or(Problem::Missing("a range"))?;
                returns.partial(from, to)
            }
            _ => return Err(Problem::Syntax(list)),
        };
    }
    Ok(Some(returns))
}

/// `(REVERSE DATE SUBJECT)`
fn by(words: &mut Words<'_>) -> Result<SortBy, Problem> {
    let list = words
        .list()?
        .ok_or(Problem::Missing("keys in parentheses"))?;
    let mut by: Option<SortBy> = None;
    let mut reverse = false;
    for word in list.trim_matches(['(', ')']).split_whitespace() {
        let key = match word {
            "REVERSE" => {
                reverse = true;
                continue;
            }
            "ARRIVAL" => SortKey::Arrival,
            "DATE" => SortKey::Date,
            "DISPLAYFROM" => SortKey::DisplayFrom,
            "SIZE" => SortKey::Size,
            "SUBJECT" => SortKey::Subject,
            _ => return Err(Problem::Syntax(list)),
        };
        by = Some(match (by, std::mem::take(&mut reverse)) {
            (None, false) => SortBy::new(key),
            (None, true) => SortBy::reverse(key),
            (Some(by), false) => by.then(key),
            (Some(by), true) => by.then_reverse(key),
        });
    }
    by.ok_or(Problem::Missing("a key"))
}

/// `(inboxes personal)`, or `(subtree a b)`
fn sources(words: &mut Words<'_>) -> Result<SearchSources, Problem> {
    let list = words
        .list()?
        .ok_or(Problem::Missing("sources in parentheses"))?;
    let mut sources: Option<SearchSources> = None;
    let mut named = list.trim_matches(['(', ')']).split_whitespace();
    while let Some(word) = named.next() {
        let next = match word {
            "selected" => SearchSources::selected(),
            "inboxes" => SearchSources::inboxes(),
            "personal" => SearchSources::personal(),
            "subscribed" => SearchSources::subscribed(),
            // The names are all that follows.
            "subtree" => SearchSources::subtree(named.by_ref()),
            "subtree-one" => SearchSources::subtree_one(named.by_ref()),
            "mailboxes" => SearchSources::mailboxes(named.by_ref()),
            _ => return Err(Problem::Syntax(list)),
        };
        sources = Some(match sources {
            None => next,
            Some(sources) => sources.and(next),
        });
    }
    sources.ok_or(Problem::Missing("a source"))
}
