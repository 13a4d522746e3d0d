use portcullis::guard;

fn main() {
    let _ = guard!(role = "admin", not(role = "admin"));
    let _ = guard!(all());
}
