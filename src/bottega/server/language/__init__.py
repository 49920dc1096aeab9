"""What the script editor is told while somebody types: completion, help and problems, by a language server in a jail."""
