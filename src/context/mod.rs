//! What the model is shown: files, notes, listings; token counts.
