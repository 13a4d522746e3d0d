portcullis::vocabulary! { roles: ["admin", "editor"] }

fn main() {}
