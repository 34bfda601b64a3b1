"""A creditor on random days, and the office that reads his platform after him."""

from __future__ import annotations

import random

from platform_reader import PlatformReader


class PlatformPerson(PlatformReader):
    """Whoever inherits brings his books, which ``begin`` opens, and says which platform it is."""

    times = ((0, 5), (1, 30), (2, 30), (9, 0), (14, 0), (23, 30))
    latest = (23, 50)

    def __init__(self, folder, seed, variants=None, limit=7, **options):
        self.chance = random.Random(seed)
        super().__init__(folder, variants, limit, **options)

    def pass_days(self, days):
        later = [at for at in self.times if days or at > self.at] or [self.latest]
        self.later(days, self.chance.choice(later))

    def perhaps_disturbed(self):
        """On some days a sync goes before that does not end well."""
        mood = self.chance.random()
        if mood < 0.4:  # killed, something happens, taken up again
            self.cut_off(self.chance.randint(1, 14))
            self.happen()
        elif mood < 0.6:  # everything moves while it is read
            self.between = lambda: self.happen() if self.chance.random() < 0.2 else None
            self.sync((0, 65))
            self.between = lambda: None
