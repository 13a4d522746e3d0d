//! What must hold for the repository as a whole.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(ROOT)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every package's declared Rust version, by `name version`.
fn rust_versions() -> HashMap<String, (u64, u64)> {
    let metadata: serde_json::Value = cargo(&[
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ])
    .parse()
    .expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .filter_map(|package| {
            let mut numbers = package["rust_version"]
                .as_str()?
                .split('.')
                .map(|part| part.parse().unwrap_or(0));
            let name = format!(
                "{} v{}",
                package["name"].as_str()?,
                package["version"].as_str()?
            );
            Some((name, (numbers.next()?, numbers.next()?)))
        })
        .collect()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_we_declare() {
    let declared = rust_versions();
    for (features, version) in [(&[][..], (1, 88)), (&["--all-features"], (1, 94))] {
        let arguments = [
            "tree",
            "--locked",
            "-p",
            "portcullis",
            "-e",
            "normal,build",
            "--prefix=none",
            "--format={p}",
        ];
        let tree = cargo(&[&arguments[..], features].concat());
        let mut checked = 0;
        for line in tree.lines() {
            let package: Vec<_> = line.split(' ').take(2).collect();
            if let Some(needed) = declared.get(&package.join(" ")) {
                assert!(
                    *needed <= version,
                    "{line} needs Rust {needed:?}, but we declare {version:?}"
                );
                checked += 1;
            }
        }
        assert!(checked > 30, "{checked} packages of\n{tree}");
    }
    assert_eq!(declared.get("portcullis v0.1.0"), Some(&(1, 88)));
    assert_eq!(declared.get("portcullis-macros v0.1.0"), Some(&(1, 88)));
}

#[test]
fn the_readme_shows_the_quickstart() {
    let quickstart = read("examples/quickstart/main.rs");
    let (_, code) = quickstart
        .split_once("\n\n")
        .expect("a line of documentation, then the code");
    assert!(
        read("README.md").contains(code),
        "README.md and examples/quickstart/main.rs differ"
    );
    assert!(quickstart.lines().count() < 60, "the quickstart has grown");
}

#[test]
fn the_readme_shows_compile_errors_as_they_are() {
    let recorded: String = sources("tests/ui", "stderr").iter().map(read).collect();
    let readme = read("README.md");
    let mut shown = 0;
    for block in readme
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
    {
        let message = block
            .lines()
            .find(|line| line.starts_with("error"))
            .expect("an error");
        assert!(
            recorded.contains(message),
            "no recorded error says: {message}"
        );
        shown += 1;
    }
    assert!(shown >= 3, "{shown}");
}

#[test]
fn files_stay_readable_in_one_sitting() {
    for folder in ["macros/src", "runtime/src", "examples", "tests"] {
        for file in sources(folder, "rs") {
            let lines = read(&file).lines().count();
            assert!(lines <= 330, "{} has {lines} lines", file.display());
        }
    }
}

#[test]
fn nothing_names_the_machine_it_was_made_on() {
    let home = std::env::var("HOME").unwrap_or_default();
    let root = Path::new(ROOT).canonicalize().expect("a folder");
    for file in cargo_and_lock_files()
        .iter()
        .chain(&sources("tests", "stderr"))
    {
        let text = read(file);
        for stray in [root.to_str().expect("text"), home.as_str()] {
            assert!(
                stray.len() < 3 || !text.contains(stray),
                "{} names {stray}",
                file.display()
            );
        }
    }
}

fn cargo_and_lock_files() -> Vec<PathBuf> {
    [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "examples/nextjs-companion/node/package-lock.json",
        "examples/proxy/node/package-lock.json",
        "tests/authjs/package-lock.json",
        "tests/browser/package-lock.json",
    ]
    .map(PathBuf::from)
    .to_vec()
}

/// All files below `folder` with that extension, without build folders and packages.
fn sources(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if path.is_dir() && name != "node_modules" && name != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} files in {folder}");
    found
}
