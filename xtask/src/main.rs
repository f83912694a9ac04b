//! Aids of development, runnable by anyone: `cargo xtask help`.

fn main() -> anyhow::Result<()> {
    Ok(())
}
