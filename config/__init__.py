"""Settings, composition root, procedures."""
