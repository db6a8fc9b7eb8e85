"""The acts: each decides, on a fresh incident and under the store's lock, which events to add or why not."""
