//! Measures what guarded handlers cost while compiling, side by side with the alternatives.
//!
//! `cargo run -p portcullis-tests --bin compile_time` prints, for each way of guarding a
//! handler, the slope of `cargo check` in milliseconds per handler: for a fresh check, after editing
//! one handler, and after touching the file. Each is the shortest of three runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod programs;

use self::programs::{PROGRAMS, Program};

const HANDLERS: [usize; 4] = [0, 100, 500, 1000];
const RUNS: usize = 3;
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What is done before `cargo check`.
#[derive(Clone, Copy)]
enum Before {
    Cleaning,
    Editing,
    Touching,
}

const KINDS: [(Before, &str); 3] = [
    (Before::Cleaning, "fresh"),
    (Before::Editing, "after editing one handler"),
    (Before::Touching, "after touching the file"),
];

fn main() {
    let folder = Path::new(ROOT).join("target/compile_time");
    println!(
        "| handlers guarded by | {} | {} | {} |",
        KINDS[0].1, KINDS[1].1, KINDS[2].1
    );
    println!("| --- | --- | --- | --- |");
    for program in PROGRAMS {
        let slopes = slopes(program, &folder);
        println!(
            "| {} | {:.2} ms | {:.2} ms | {:.2} ms |",
            program.title, slopes[0], slopes[1], slopes[2]
        );
    }
}

/// Milliseconds per handler, for each of [`KINDS`].
fn slopes(program: &Program, folder: &Path) -> [f64; 3] {
    let mut points = [[(0.0, 0.0); HANDLERS.len()]; 3];
    for (column, handlers) in HANDLERS.into_iter().enumerate() {
        let project = Project::new(program, folder, handlers);
        project.check();
        for (row, (before, _)) in KINDS.into_iter().enumerate() {
            let shortest = (0..RUNS).map(|run| project.time(before, run)).min();
            let milliseconds = shortest.unwrap_or_default().as_secs_f64() * 1000.0;
            eprintln!(
                "{} with {handlers} handlers, {}: {milliseconds:.0} ms",
                program.name, KINDS[row].1
            );
            points[row][column] = (handlers as f64, milliseconds);
        }
    }
    points.map(|points| slope(&points))
}

/// The slope of the line through the points (least squares).
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let rise: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let run: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    rise / run
}

struct Project<'a> {
    program: &'a Program,
    folder: PathBuf,
    target: PathBuf,
    handlers: usize,
}

impl<'a> Project<'a> {
    fn new(program: &'a Program, folder: &Path, handlers: usize) -> Self {
        let project = Self {
            program,
            folder: folder.join(program.name),
            target: folder.join("target"),
            handlers,
        };
        fs::create_dir_all(project.folder.join("src")).expect("a folder");
        fs::write(project.folder.join("Cargo.toml"), program.manifest(ROOT)).expect("a manifest");
        fs::copy(
            Path::new(ROOT).join("rust-toolchain.toml"),
            project.folder.join("rust-toolchain.toml"),
        )
        .expect("a toolchain");
        project.write(0);
        project
    }

    fn write(&self, edit: usize) {
        let source = self.program.source(self.handlers, edit);
        fs::write(self.folder.join("src/main.rs"), source).expect("a source file");
    }

    fn time(&self, before: Before, run: usize) -> Duration {
        match before {
            Before::Cleaning => self.cargo(&["clean", "-p", self.program.name]),
            Before::Editing => self.write(run + 1),
            // What the last edit left, so that only the time of the file is new.
            Before::Touching => self.write(RUNS),
        }
        let start = Instant::now();
        self.check();
        start.elapsed()
    }

    fn check(&self) {
        self.cargo(&["check", "--quiet"]);
    }

    fn cargo(&self, arguments: &[&str]) {
        let status = Command::new("cargo")
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS")
            .stdout(Stdio::null())
            .status()
            .expect("cargo runs");
        assert!(status.success(), "{} does not compile", self.program.name);
    }
}
