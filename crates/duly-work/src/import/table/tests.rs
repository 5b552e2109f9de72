//! Lists as other programs export them.

use super::*;

const LIST: &str =
    "Name;Type;Serial\r\nEmpfang Süd;Workstation;A-1\r\n\"Büro; links\";Server;A-2\r\n";

fn expect(table: &Table) {
    assert_eq!(table.columns, ["Name", "Type", "Serial"]);
    assert_eq!(table.rows[0], ["Empfang Süd", "Workstation", "A-1"]);
    assert_eq!(table.rows[1], ["Büro; links", "Server", "A-2"]);
    assert_eq!(table.rows.len(), 2);
}

#[test]
fn the_same_list_in_every_spelling_is_the_same() {
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend(LIST.as_bytes());
    let units: Vec<u16> = LIST.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let windows: Vec<u8> = LIST
        .chars()
        .map(|letter| u8::try_from(letter).unwrap())
        .collect();
    let with_mark = |mark: [u8; 2], rest: &[u8]| [&mark[..], rest].concat();
    let spelled = [
        (LIST.as_bytes().to_vec(), Letters::Utf8),
        (marked, Letters::Utf8),
        (with_mark([0xff, 0xfe], &little), Letters::Utf16),
        (with_mark([0xfe, 0xff], &big), Letters::Utf16),
        (little, Letters::Utf16),
        (big, Letters::Utf16),
        (windows, Letters::Windows1252),
    ];
    for (bytes, letters) in spelled {
        let table = read(&bytes).unwrap();
        expect(&table);
        assert_eq!((table.letters, table.separator), (letters, ';'));
    }
}

#[test]
fn windows_letters_beyond_latin_are_read() {
    let table = read(b"Name,Type\n\x80uro \x96 caf\xe9,\x8a\n").unwrap();
    assert_eq!(table.rows[0], ["€uro – café", "Š"]);
}

#[test]
fn commas_semicolons_and_tabs_separate() {
    for (text, separator) in [
        ("a,b;x\n1,2\n", ','),
        ("a;b,x;c\n1;2;3\n", ';'),
        ("a\tb\n1\t2\n", '\t'),
    ] {
        assert_eq!(
            read(text.as_bytes()).unwrap().separator,
            separator,
            "{text:?}"
        );
    }
}

#[test]
fn a_cell_that_a_spreadsheet_would_calculate_stays_text() {
    let table = read(b"Name,Type\n\"=HYPERLINK(\"\"http://evil.example\"\")\",+1\n").unwrap();
    assert_eq!(table.rows[0], ["=HYPERLINK(\"http://evil.example\")", "+1"]);
}

#[test]
fn empty_lines_are_passed_over_and_quoted_line_breaks_become_spaces() {
    let table = read(b"\n\nName,Type\n,\n\"front\ndesk\",pc\n\n").unwrap();
    assert_eq!(table.rows, [["front desk", "pc"]]);
}

#[test]
fn whatever_is_no_list_is_refused_with_why() {
    assert_eq!(read(b""), Err(TableError::Empty));
    assert_eq!(read(b" \r\n\t\n"), Err(TableError::Empty));
    assert_eq!(read(b"PK\x03\x04rest,of,it"), Err(TableError::NotText));
    assert_eq!(read(b"a,b\n1,\x002\n"), Err(TableError::NotText));
    assert_eq!(read(b"one\ntwo\n"), Err(TableError::OneColumn));
    assert_eq!(read(b"\xff\xfea"), Err(TableError::NotText));
    let ragged = read(b"a,b\n1,2\n1,2,3\n").unwrap_err();
    assert!(
        matches!(
            ragged,
            TableError::Ragged {
                row: 3,
                found: 3,
                expected: 2
            }
        ),
        "{ragged}"
    );
}

#[test]
fn every_limit_refuses_and_one_less_is_taken() {
    let rows = |number: usize| format!("a,b\n{}", "1,2\n".repeat(number));
    assert_eq!(
        read(rows(ROWS_MAX).as_bytes()).unwrap().rows.len(),
        ROWS_MAX
    );
    assert_eq!(
        read(rows(ROWS_MAX + 1).as_bytes()),
        Err(TableError::TooManyRows)
    );
    let wide = |number: usize| format!("{}a\n", "a,".repeat(number - 1));
    assert_eq!(
        read(wide(COLUMNS_MAX).as_bytes()).unwrap().columns.len(),
        COLUMNS_MAX
    );
    let refused = read(wide(COLUMNS_MAX + 1).as_bytes());
    assert_eq!(refused, Err(TableError::TooManyColumns(COLUMNS_MAX + 1)));
    let long = |number: usize| format!("a,b\n1,{}\n", "x".repeat(number));
    assert!(read(long(CELL_CHARS_MAX).as_bytes()).is_ok());
    let refused = read(long(CELL_CHARS_MAX + 1).as_bytes()).unwrap_err();
    assert!(matches!(refused, TableError::LongCell { row: 2, .. }));
    let huge = vec![b'a'; UPLOAD_BYTES_MAX + 1];
    assert_eq!(read(&huge), Err(TableError::TooLarge(huge.len())));
}

#[test]
fn no_bytes_make_it_panic() {
    // Every pair of bytes at the beginning, and cuts of a real list.
    for first in 0..=255_u8 {
        for second in [0, 1, b',', b'"', 0xbb, 0xfe, 0xff] {
            let _ = read(&[first, second, b',', b'\n', second, first]);
        }
    }
    for cut in 0..LIST.len() {
        let _ = read(&LIST.as_bytes()[..cut]);
        let _ = read(&LIST.as_bytes()[cut..]);
    }
}
