"""Each prompt of `prompts/`, measured at what it is for; evals/prompt_runs.json keeps what was found."""
