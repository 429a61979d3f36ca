//! No response line is missing from the output, decodable or not.

mod common;

use common::{imapscope, with_input};

/// One response in each element, its literals included.
fn corpus() -> Vec<Vec<u8>> {
    let files = [
        include_str!("data/handwritten.txt"),
        include_str!("data/reported.txt"),
    ];
    let lines = files.iter().flat_map(|file| file.lines());
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| format!("{}\r\n", line.replace("\\r\\n", "\r\n")).into_bytes())
        .collect()
}

#[test]
fn every_octet_of_the_corpus_is_accounted_for() {
    let corpus = corpus();
    assert!(corpus.len() > 200);
    let input = corpus.concat();
    let objects = with_input(&["decode", "--no-greeting"], &input)
        .done()
        .objects();
    let (last, events) = objects.split_last().expect("objects");
    assert_eq!(last["event"], "closed");
    assert_eq!(last["uninterpreted"], 0);
    let octets: u64 = events
        .iter()
        .filter_map(|event| event["octets"].as_u64())
        .sum();
    assert_eq!(octets, input.len() as u64);
    // A literal that is shorter than announced swallows a few of the lines after it.
    assert!(events.len() > corpus.len() * 9 / 10, "{}", events.len());
}

#[test]
fn a_stream_without_greeting_needs_to_be_told() {
    let input = b"* 3 EXISTS\r\n* 4 EXISTS\r\n";
    let ran = with_input(&["decode"], input).failed(&["--no-greeting"]);
    let objects = ran.objects();
    assert_eq!(objects[0]["event"], "unrecognized");
    assert_eq!(objects[1]["uninterpreted"], 12);
    let objects = with_input(&["decode", "--no-greeting", "-"], input)
        .done()
        .objects();
    assert_eq!(objects[1]["number"], 4);
}

#[test]
fn a_file_that_is_not_there() {
    imapscope(&["decode", "/nowhere/at/all"]).failed(&["cannot open /nowhere/at/all"]);
}
