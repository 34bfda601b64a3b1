"""Two debtors of one creditor that look like one customer. Only suggested; a person decides.

A wrong link sends one customer the debts of another. So a sign counts as strong only while nothing
speaks against it: spouses share a bank account and a mailbox, and „Muster GmbH“ is not „Muster
GmbH & Co. KG“ at the same address. Two different VAT ids are two businesses, whatever else agrees.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.domain.debtor_traits import Traits, names_agree, share_a_word, streets_agree, traits_of
from core.domain.model import Debtor, DebtorId

# A sign that so many have in common says nothing: the creditor's own VAT id, info@ of a chain.
COMMON = 20
# A mailbox of more debtors than that belongs to somebody who looks after them all.
_MAIL_COMMON = 4
_MORE = 2  # each further sign beside the best one


class Sign(enum.Enum):
    """What agrees between two debtors, or speaks against it."""

    VAT_ID = "vat_id"
    IBAN = "iban"
    EMAIL = "email"
    NAME = "name"
    LIKE_NAME = "like_name"
    ADDRESS = "address"
    PLACE = "place"  # postcode or city, no more
    OTHER_VAT_ID = "other_vat_id"
    OTHER_NAME = "other_name"
    OTHER_FORM = "other_form"  # another legal form: another legal person
    OTHER_ADDRESS = "other_address"


AGAINST = frozenset({Sign.OTHER_VAT_ID, Sign.OTHER_NAME, Sign.OTHER_FORM, Sign.OTHER_ADDRESS})


class Strength(enum.Enum):
    """How sure a suggestion is. STRONG ones may be accepted together."""

    STRONG = "strong"
    LIKELY = "likely"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two debtors are: 0 to 100, and why, the best sign first."""

    score: int = 0
    reasons: tuple[Sign, ...] = ()

    @property
    def strength(self) -> Strength:
        if self.score >= 90:
            return Strength.STRONG
        if self.score >= 60:
            return Strength.LIKELY
        return Strength.WEAK if self.score else Strength.NONE

    @property
    def recognised(self) -> bool:
        """True where both are the same person for one claim of the same number and amount.

        A weaker test than STRONG: the claim itself agrees as well. Equal VAT id, IBAN, e-mail or
        name, and neither another VAT id nor another legal form.
        """
        if {Sign.OTHER_VAT_ID, Sign.OTHER_FORM} & set(self.reasons):
            return False
        return bool({Sign.VAT_ID, Sign.IBAN, Sign.EMAIL, Sign.NAME} & set(self.reasons))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two debtors that a person should look at, the lower id first."""

    debtor: DebtorId
    other: DebtorId
    likeness: Likeness


def similarity(a: Debtor, b: Debtor) -> Likeness:
    """How alike two debtors are, by what their platforms know of them."""
    return likeness(traits_of(a), traits_of(b))


def likeness(a: Traits, b: Traits, common_mails: Collection[str] = ()) -> Likeness:
    """As :func:`similarity`; ``common_mails`` are mailboxes of many debtors, which say nothing."""
    if a.vat_id and b.vat_id and a.vat_id != b.vat_id:
        return Likeness(0, (Sign.OTHER_VAT_ID,))
    name, address = _name(a, b), _address(a, b)
    found = dict(_strong(a, b, name, common_mails))
    by_name = _by_name(a, b, name, address)
    best = max((*found.values(), by_name), default=0)
    if not best:
        return Likeness(0, tuple(sign for sign in (name, address) if sign))
    signs = [*found, *(sign for sign in (name, address) if sign)]
    agree = [sign for sign in signs if sign not in AGAINST]
    against = [sign for sign in signs if sign in AGAINST]
    # Further signs make nothing strong that is not: two spouses share bank, mailbox and home.
    ceiling = 100 if best >= 90 else 89 if best >= 60 else 59
    score = min(ceiling, best + _MORE * (len(agree) - 1))
    return Likeness(score, (*agree, *against))


def _strong(
    a: Traits, b: Traits, name: Sign | None, common_mails: Collection[str]
) -> Iterator[tuple[Sign, int]]:
    """Signs that name a customer by themselves, each with its score."""
    unlike = name in (Sign.OTHER_NAME, Sign.OTHER_FORM)
    if a.vat_id and a.vat_id == b.vat_id:
        # A group of companies may share the VAT id of its parent (§ 2 Abs. 2 Nr. 2 UStG).
        yield Sign.VAT_ID, 75 if unlike and not share_a_word(a, b) else 98
    if a.iban and a.iban == b.iban:
        yield Sign.IBAN, 65 if unlike else 95
    if a.mail and a.mail == b.mail and a.mail not in common_mails:
        if not unlike:
            yield Sign.EMAIL, 92
        elif not a.role_mail:
            yield Sign.EMAIL, 60


def _name(a: Traits, b: Traits) -> Sign | None:
    """None where one of the names is not known."""
    if not a.words or not b.words:
        return None
    if a.words == b.words:
        other_form = a.forms and b.forms and a.forms != b.forms
        return Sign.OTHER_FORM if other_form else Sign.NAME
    if not names_agree(a, b):
        return Sign.OTHER_NAME
    return Sign.OTHER_FORM if a.forms and b.forms and a.forms != b.forms else Sign.LIKE_NAME


def _address(a: Traits, b: Traits) -> Sign | None:
    """None where nothing of one of the addresses is known."""
    if a.country != b.country and a.has_place and b.has_place:
        return Sign.OTHER_ADDRESS
    same_place = _equal(a.postcode, b.postcode)
    if same_place is None:
        same_place = _equal(a.city, b.city)
    if same_place is None:
        return None
    if not same_place:
        return Sign.OTHER_ADDRESS
    if not a.street or not b.street:
        return Sign.PLACE
    return Sign.ADDRESS if streets_agree(a, b) else Sign.OTHER_ADDRESS


def _equal(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _by_name(a: Traits, b: Traits, name: Sign | None, address: Sign | None) -> int:
    """What name and address alone are worth."""
    if name is Sign.NAME:
        if address is Sign.OTHER_ADDRESS:
            # A firm has a post office box and branches; persons share names with strangers.
            return 30 if a.forms and b.forms else 0
        return {Sign.ADDRESS: 80, Sign.PLACE: 65}.get(address, 40) if address else 40
    if name is Sign.LIKE_NAME:
        return {Sign.ADDRESS: 60, Sign.PLACE: 30}.get(address, 0) if address else 0
    return 0


def suggest(
    debtors: Iterable[Debtor],
    heads: Mapping[DebtorId, DebtorId] | None = None,
    apart: Collection[tuple[DebtorId, DebtorId]] = (),
) -> list[Suggestion]:
    """Pairs of different connections that may be one customer, the surest first.

    ``heads``: debtors that are linked already, each with its head; ``apart``: pairs that a person
    keeps apart, in any order. Three debtors who are all alike make two suggestions, not three; and
    none joins two groups of which any two members contradict each other.
    """
    known = [each for each in map(traits_of, debtors) if not each.alone]
    by_id = {each.id: each for each in known}
    common = _common_mails(known)
    found = []
    for one, other in _candidates(known):
        if by_id[one].connection == by_id[other].connection:
            continue
        alike = likeness(by_id[one], by_id[other], common)
        if alike.score:
            found.append(Suggestion(one, other, alike))
    found.sort(key=lambda each: (-each.likeness.score, each.debtor, each.other))
    return _without_detours(found, by_id, heads or {}, apart)


def _common_mails(known: Sequence[Traits]) -> frozenset[str]:
    count: dict[str, int] = defaultdict(int)
    for each in known:
        if each.mail:
            count[each.mail] += 1
    return frozenset(mail for mail, times in count.items() if times > _MAIL_COMMON)


def _candidates(known: Sequence[Traits]) -> list[tuple[DebtorId, DebtorId]]:
    """Pairs that have something in common that could be a sign; ascending, each once."""
    buckets: dict[tuple[str, ...], list[DebtorId]] = defaultdict(list)
    for each in known:
        for key in each.buckets():
            buckets[key].append(each.id)
    pairs = {
        (min(pair), max(pair))
        for members in buckets.values()
        if 1 < len(members) <= COMMON
        for pair in combinations(members, 2)
    }
    return sorted(pairs)


def _without_detours(
    found: Sequence[Suggestion],
    by_id: Mapping[DebtorId, Traits],
    heads: Mapping[DebtorId, DebtorId],
    apart: Collection[tuple[DebtorId, DebtorId]],
) -> list[Suggestion]:
    group = {id_: heads.get(id_, id_) for id_ in by_id}
    members: dict[DebtorId, set[DebtorId]] = defaultdict(set)
    for id_, head in group.items():
        members[head].add(id_)
    kept_apart = {frozenset(pair) for pair in apart}
    kept = []
    for each in found:
        mine, theirs = group[each.debtor], group[each.other]
        if mine == theirs or _contradict(members[mine], members[theirs], by_id, kept_apart):
            continue
        kept.append(each)
        for id_ in members[theirs]:
            group[id_] = mine
        members[mine] |= members.pop(theirs)
    return kept


def _contradict(
    mine: Collection[DebtorId],
    theirs: Collection[DebtorId],
    by_id: Mapping[DebtorId, Traits],
    kept_apart: Collection[frozenset[DebtorId]],
) -> bool:
    for one in mine:
        for other in theirs:
            vat_ids = {by_id[one].vat_id, by_id[other].vat_id} - {""}
            if frozenset((one, other)) in kept_apart or len(vat_ids) > 1:
                return True
    return False
