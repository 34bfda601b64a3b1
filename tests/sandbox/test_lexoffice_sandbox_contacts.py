"""Contacts: the list by name with its filters, and the rules of writing them."""

import pytest


def names(answer):
    return [
        each["company"]["name"] if "company" in each else each["person"]["lastName"]
        for each in answer["content"]
    ]


def body(**fields):
    return {"version": 0, "roles": {"customer": {}}, "company": {"name": "Muster GmbH"}, **fields}


def test_the_list_is_by_name_whatever_sort_is_asked_for(sandbox, api):
    for company in ("Probe KG", "beispiel AG", "Muster GmbH"):
        sandbox.add_contact(company=company)
    sandbox.add_contact(person=("Erika", "Entwurf"))
    answer = api.json("/v1/contacts", sort="number,DESC")
    assert names(answer) == ["beispiel AG", "Entwurf", "Muster GmbH", "Probe KG"]
    assert answer["sort"][0]["property"] == "name"


def test_a_contact_has_the_documented_shape(sandbox, api):
    id_ = sandbox.add_contact(
        company="Muster GmbH",
        email="rechnung@muster.example",
        vat_id="DE999999999",
        contact_person=("Ada", "Beispiel", "ada@muster.example"),
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
        note="zahlt gern spät",
        xRechnung={"buyerReference": "04011000-12345-34"},
    )
    contact = api.json(f"/v1/contacts/{id_}")
    assert contact == {
        "id": id_,
        "organizationId": sandbox.organization_id,
        "version": 1,
        "roles": {"customer": {"number": 10001}},
        "company": {
            "name": "Muster GmbH",
            "allowTaxFreeInvoices": False,
            "vatRegistrationId": "DE999999999",
            "contactPersons": [
                {
                    "firstName": "Ada",
                    "lastName": "Beispiel",
                    "primary": True,
                    "emailAddress": "ada@muster.example",
                }
            ],
        },
        "addresses": {
            "billing": [
                {"street": "Hafenweg 3", "zip": "24103", "city": "Kiel", "countryCode": "DE"}
            ]
        },
        "emailAddresses": {"business": ["rechnung@muster.example"]},
        "note": "zahlt gern spät",
        "xRechnung": {"buyerReference": "04011000-12345-34"},
        "archived": False,
    }
    assert not {"createdDate", "updatedDate"} & set(contact)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "muster"}, ["Muster & Söhne", "Muster GmbH"]),
        ({"name": "STER G"}, ["Muster GmbH"]),
        ({"name": "M_ster%GmbH"}, ["Muster GmbH"]),
        ({"name": "M\\_ster"}, []),
        ({"name": "ster & S"}, []),  # not HTML-encoded
        ({"name": "ster &amp; S"}, ["Muster & Söhne"]),
        ({"email": "ada@"}, ["Muster GmbH"]),  # of a contact person
        ({"email": "post@soehne"}, ["Muster & Söhne"]),
        ({"number": "10002"}, ["Muster & Söhne"]),
        ({"number": "1000"}, []),
        ({"customer": "true"}, ["Lieferant AG", "Muster & Söhne", "Muster GmbH"]),
        ({"vendor": "true"}, ["Lieferant AG"]),
        ({"vendor": "false"}, ["Muster & Söhne", "Muster GmbH"]),
        ({"name": "muster", "email": "ada@"}, ["Muster GmbH"]),
        ({"archived": "true"}, ["Lieferant AG", "Muster & Söhne", "Muster GmbH"]),  # no filter
    ],
)
def test_filters(sandbox, api, query, found):
    sandbox.add_contact(
        company="Muster GmbH", contact_person=("Ada", "Beispiel", "ada@muster.example")
    )
    sandbox.add_contact(company="Muster & Söhne", email="post@soehne.example", archived=True)
    sandbox.add_contact(company="Lieferant AG", roles={"customer": {}, "vendor": {}})
    assert names(api.json("/v1/contacts", **query)) == found


@pytest.mark.parametrize("query", [{"name": "Mu"}, {"email": "a@"}])
def test_a_filter_of_two_characters_is_400_with_an_issue(api, query):
    answer = api.get("/v1/contacts", **query)
    assert answer.status_code == 400
    assert answer.json()["IssueList"][0]["i18nKey"] == "bad_request_error"


def test_a_page_has_at_most_250(sandbox, api):
    for number in range(252):
        sandbox.add_contact(company=f"Muster {number:03d}")
    page = api.json("/v1/contacts", size=250)
    assert (page["totalElements"], len(page["content"]), page["last"]) == (252, 250, False)
    assert api.json("/v1/contacts", size=250, page=1)["numberOfElements"] == 2
    assert api.get("/v1/contacts", size=251).status_code == 400


def test_creating_answers_200_and_where_it_is(sandbox, api):
    answer = api.post("/v1/contacts", body(note="neu"))
    assert answer.status_code == 200
    result = answer.json()
    assert set(result) == {"id", "resourceUri", "createdDate", "updatedDate", "version"}
    assert answer.headers["Location"] == result["resourceUri"]
    contact = api.json(f"/v1/contacts/{result['id']}")
    assert (contact["version"], contact["note"]) == (1, "neu")
    assert contact["roles"]["customer"]["number"] == 10001
    assert [each.name for each in sandbox.world.contacts.values()] == ["Muster GmbH"]


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"version": 1}, "version"),
        ({"company": {}}, "company"),
        ({"company": {"name": ""}}, "company.name"),
        ({"person": {"lastName": "Probe"}}, "company"),
        ({"roles": {}}, "roles"),
        ({"note": "x" * 1001}, "note"),
        ({"emailAddresses": {"business": ["a@a.example", "b@b.example"]}}, "emailAddresses.business"),
        ({"addresses": {"billing": [{}, {}]}}, "addresses.billing"),
    ],
)  # fmt: skip
def test_a_body_that_breaks_a_rule_is_406_and_named(sandbox, api, fields, source):
    answer = api.post("/v1/contacts", body(**fields))
    assert answer.status_code == 406
    assert answer.json()["IssueList"][0]["source"] == source
    assert not sandbox.world.contacts


def test_a_change_needs_the_current_version_and_a_stale_one_is_406(api, muster):
    contact = api.json(f"/v1/contacts/{muster}")
    changed = {**contact, "note": "zahlt jetzt"}
    assert api("PUT", f"/v1/contacts/{muster}", json=changed).status_code == 200
    stale = api("PUT", f"/v1/contacts/{muster}", json=changed)
    assert stale.status_code == 406
    (issue,) = stale.json()["IssueList"]
    assert (issue["source"], issue["i18nKey"]) == ("version", "invalid_value")
    now = api.json(f"/v1/contacts/{muster}")
    assert (now["version"], now["note"]) == (2, "zahlt jetzt")


def test_a_contact_with_two_entries_can_be_read_but_not_written(sandbox, api):
    id_ = sandbox.add_contact(
        company="Muster GmbH",
        emailAddresses={"business": ["a@muster.example", "b@muster.example"]},
    )
    contact = api.json(f"/v1/contacts/{id_}")
    assert len(contact["emailAddresses"]["business"]) == 2
    assert api("PUT", f"/v1/contacts/{id_}", json=contact).status_code == 406


def test_archived_cannot_be_written_and_contacts_not_be_deleted(api, muster):
    contact = api.json(f"/v1/contacts/{muster}")
    api("PUT", f"/v1/contacts/{muster}", json={**contact, "archived": True})
    assert api.json(f"/v1/contacts/{muster}")["archived"] is False
    assert api("DELETE", f"/v1/contacts/{muster}").status_code == 405


def test_a_person_is_a_person(sandbox, api):
    id_ = sandbox.add_contact(person=("Erika", "Beispiel"))
    contact = api.json(f"/v1/contacts/{id_}")
    assert contact["person"] == {"firstName": "Erika", "lastName": "Beispiel"}
    assert "company" not in contact
    assert "emailAddresses" not in contact
    with pytest.raises(ValueError, match="company or a person"):
        sandbox.add_contact(company="Muster GmbH", person=("Erika", "Beispiel"))
