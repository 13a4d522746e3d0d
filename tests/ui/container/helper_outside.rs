use portcullis::helper;

#[helper]
async fn load() {}

fn main() {
    let _ = load;
}
