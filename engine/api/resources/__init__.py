"""The shapes of what the API answers with: each made here and nowhere else."""
