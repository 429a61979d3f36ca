//! Plays the exchanges with all libraries and prints what happened. `--wire`: with all that was read and said.

use imap_machine_peers::{exchanges, libraries, results};

fn main() {
    let show_wire = std::env::args().any(|argument| argument == "--wire");
    for exchange in exchanges::all() {
        println!("{}\n\n{}", exchange.title, exchange.wire());
        for (name, open) in libraries::ALL {
            let (result, log) = exchange.play(open);
            println!("  {:<12} {:<16} {result}", name, results::version(name));
            if show_wire {
                for line in log {
                    println!("      {line}");
                }
            }
        }
        println!();
    }
}
