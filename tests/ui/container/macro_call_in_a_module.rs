use portcullis::protected;

#[protected]
mod posts {
    thread_local! {
        static COUNT: u8 = 1;
    }
}

fn main() {}
