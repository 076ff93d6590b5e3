"""For whoever changes the rules: commands of the Makefile about the dbt project, which no refresh needs."""
