//! x
#[path = "../tests/it/sample.rs"]
mod sample;
fn main() {
    let press = duly_paper::Press::new().unwrap();
    let report = sample::november();
    std::fs::write("/tmp/r/a.pdf", press.pdf(&report).unwrap()).unwrap();
}
