//! Replaces the patterns of a file (one a line, in hexadecimal), wherever they stand in standard input: what the crate offers for
//! streams, as it is meant to be used, with buffers of the size of a pipe.
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::fd::FromRawFd;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("a file of patterns");
    let patterns: Vec<Vec<u8>> = std::fs::read_to_string(path)?
        .lines()
        .map(|line| (0..line.len() / 2).map(|i| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).expect("hex")).collect())
        .collect();
    let kind = if patterns.len() > 20_000 { AhoCorasickKind::ContiguousNFA } else { AhoCorasickKind::DFA };
    let all = AhoCorasick::builder().kind(Some(kind)).match_kind(MatchKind::Standard).build(&patterns).expect("patterns");
    let masks = vec!["***"; patterns.len()];
    let (input, output) = unsafe { (File::from_raw_fd(0), File::from_raw_fd(1)) };
    let mut output = BufWriter::with_capacity(1 << 16, output);
    all.try_stream_replace_all(input, &mut output, &masks)?;
    output.flush()
}
