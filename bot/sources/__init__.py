"""Where listings come from: Hugging Face, recorded archives, saved pages."""
