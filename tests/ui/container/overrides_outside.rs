use portcullis::public;

#[public(overrides, reason = "help")]
async fn help() {}

fn main() {
    let _ = help;
}
