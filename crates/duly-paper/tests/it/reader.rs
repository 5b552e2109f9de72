//! Reads a PDF with programs that had no hand in making it.

use std::process::Command;

use duly_core::oversight::report::Report;
use duly_paper::Press;

/// A report as a PDF in a folder of its own.
pub struct Printed {
    folder: tempfile::TempDir,
}

impl Printed {
    pub fn of(report: &Report) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bytes = Press::new().unwrap().pdf(report).unwrap();
        std::fs::write(folder.path().join("report.pdf"), bytes).unwrap();
        Self { folder }
    }

    fn asked(&self, program: &str, args: &[&str]) -> Vec<u8> {
        let answer = Command::new(program)
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        // poppler says on standard error what it would rather have; qpdf ends with 3 on a warning.
        assert!(answer.status.success(), "{program}: {answer:?}");
        answer.stdout
    }

    fn words(&self, program: &str, args: &[&str]) -> String {
        String::from_utf8(self.asked(program, args)).unwrap()
    }

    /// The text of a page, all on one line.
    pub fn page(&self, number: usize) -> String {
        let number = number.to_string();
        let args = ["-f", &number, "-l", &number, "report.pdf", "-"];
        let text = self.words("pdftotext", &args);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text of all pages, all on one line.
    pub fn text(&self) -> String {
        let text = self.words("pdftotext", &["report.pdf", "-"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What poppler says of it.
    pub fn info(&self) -> String {
        self.words("pdfinfo", &["report.pdf"])
    }

    /// Its tags, with their text.
    pub fn tags(&self) -> String {
        self.words("pdfinfo", &["-struct-text", "report.pdf"])
    }

    /// Its objects, readable.
    pub fn objects(&self) -> String {
        let args = ["--qdf", "--object-streams=disable", "report.pdf", "-"];
        String::from_utf8_lossy(&self.asked("qpdf", &args)).into_owned()
    }

    /// What is attached to it.
    pub fn attached(&self, name: &str) -> Vec<u8> {
        self.asked(
            "qpdf",
            &["report.pdf", &format!("--show-attachment={name}")],
        )
    }

    /// The first page, each dot a grey from 0 to 255.
    pub fn grey(&self) -> Vec<u8> {
        let args = ["-gray", "-r", "50", "-f", "1", "-l", "1", "report.pdf"];
        self.asked("pdftoppm", &args)
    }
}
