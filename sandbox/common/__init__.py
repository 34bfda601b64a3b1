"""What every stand-in of a platform needs: log, faults, clock, variants, control surface, a PDF."""
