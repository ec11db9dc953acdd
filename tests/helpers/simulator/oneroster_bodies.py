"""Sound OneRoster bodies: one of each kind, with every field it may have."""

from __future__ import annotations

from typing import Any

URL = "https://sis.example/ims/oneroster"


def guid(kind: str, sourced_id: str = "x/1") -> dict[str, str]:
    return {"href": f"{URL}/rostering/v1p2/any/x%2F1", "sourcedId": sourced_id, "type": kind}


BASE = {
    "sourcedId": "x/1 ü",
    "status": "active",
    "dateLastModified": "2026-11-02T08:00:00.000Z",
    "metadata": {"vendor": {"any": ["thing", 1, None]}},
}
SESSION = guid("academicSession")
SUBJECTS = {"grades": ["09"], "subjects": ["Maths"], "subjectCodes": ["M"]}
OBJECTIVES = {"source": "case", "learningObjectiveIds": ["o"]}
SCORES = {
    "source": "unknown",
    "learningObjectiveResults": [
        {"learningObjectiveId": "o", "score": 1.5},
        {"learningObjectiveId": "p", "textScore": "good"},
    ],
}

OBJECTS: dict[str, dict[str, Any]] = {
    "org": {
        **BASE,
        "name": "Ørestad",
        "type": "school",
        "identifier": "1",
        "parent": guid("org"),
        "children": [guid("org")],
    },
    "academic-session": {
        **BASE,
        "title": "Quarter 1",
        "startDate": "2026-08-15",
        "endDate": "2026-10-15",
        "type": "gradingPeriod",
        "parent": SESSION,
        "children": [SESSION],
        "schoolYear": "2027",
    },
    "course": {
        **BASE,
        **SUBJECTS,
        "title": "Algebra",
        "courseCode": "ALG",
        "schoolYear": SESSION,
        "org": guid("org"),
    },
    "class": {
        **BASE,
        **SUBJECTS,
        "title": "Algebra, section 1",
        "classCode": "ALG-1",
        "classType": "scheduled",
        "location": "A1",
        "course": guid("course"),
        "school": guid("org"),
        "terms": [SESSION],
        "periods": ["1"],
    },
    "user": {
        **BASE,
        "userMasterIdentifier": "m",
        "username": "u",
        "userIds": [{"type": "LDAP", "identifier": "u"}],
        "enabledUser": "true",
        "givenName": "Åsa",
        "familyName": "O'Neill",
        "middleName": "",
        "roles": [
            {
                "roleType": "primary",
                "role": "student",
                "org": guid("org"),
                "beginDate": "2026-08-15",
                "endDate": "2027-06-15",
            }
        ],
        "primaryOrg": guid("org"),
        "identifier": "S-1",
        "email": "a@example.org",
        "sms": "1",
        "phone": "2",
        "agents": [guid("user")],
        "grades": ["09"],
    },
    "enrollment": {
        **BASE,
        "user": guid("user"),
        "class": guid("class"),
        "school": guid("org"),
        "role": "teacher",
        "primary": "true",
        "beginDate": "2026-08-15",
        "endDate": "2027-06-15",
    },
    "category": {**BASE, "title": "Homework", "weight": 12.5},
    "line-item": {
        **BASE,
        "title": "Essay",
        "description": "",
        "assignDate": "2026-11-02T08:00:00Z",
        "dueDate": "2026-11-20T23:59:59+01:00",
        "class": guid("class"),
        "school": guid("org"),
        "category": guid("category"),
        "gradingPeriod": SESSION,
        "academicSession": SESSION,
        "scoreScale": guid("scoreScale"),
        "resultValueMin": 0,
        "resultValueMax": 20,
        "learningObjectiveSet": [OBJECTIVES],
    },
    "result": {
        **BASE,
        "lineItem": guid("lineItem"),
        "student": guid("user"),
        "class": guid("class"),
        "scoreScale": guid("scoreScale"),
        "scoreStatus": "fully graded",
        "score": 21.5,
        "textScore": "A",
        "scoreDate": "2026-11-21",
        "comment": "Well done",
        "learningObjectiveSet": [SCORES],
        "inProgress": "false",
        "incomplete": "false",
        "late": "false",
        "missing": "false",
    },
    "score-scale": {
        **BASE,
        "title": "A to F",
        "type": "letters",
        "course": guid("course"),
        "class": guid("class"),
        "scoreScaleValue": [{"itemValueLHS": "A", "itemValueRHS": "95"}],
    },
}

OBJECTS |= {
    "demographics": {
        **BASE,
        "birthDate": "2010-02-28",
        "sex": "unspecified",
        "americanIndianOrAlaskaNative": "false",
        "asian": "false",
        "blackOrAfricanAmerican": "false",
        "nativeHawaiianOrOtherPacificIslander": "false",
        "white": "false",
        "demographicRaceTwoOrMoreRaces": "false",
        "hispanicOrLatinoEthnicity": "false",
        "countryOfBirthCode": "DK",
        "stateOfBirthAbbreviation": "",
        "cityOfBirth": "Ørestad",
        "publicSchoolResidenceStatus": "",
    },
    "assessment-line-item": {
        **BASE,
        "title": "Test of reading",
        "description": "",
        "class": guid("class"),
        "parentAssessmentLineItem": guid("assessmentLineItem"),
        "scoreScale": guid("scoreScale"),
        "resultValueMin": 0,
        "resultValueMax": 20,
        "learningObjectiveSet": [OBJECTIVES],
    },
    "assessment-result": {
        **{
            name: value
            for name, value in OBJECTS["result"].items()
            if name not in ("lineItem", "class")
        },
        "assessmentLineItem": guid("assessmentLineItem"),
        "scorePercentile": 97.5,
    },
}

ERROR = {
    "imsx_codeMajor": "failure",
    "imsx_severity": "error",
    "imsx_description": "There is no class 'x'.",
    "imsx_CodeMinor": {
        "imsx_codeMinorField": [
            {
                "imsx_codeMinorFieldName": "TargetEndSystem",
                "imsx_codeMinorFieldValue": "unknownobject",
            }
        ]
    },
}
PAIRS = {"sourcedIdPairs": [{"suppliedSourcedId": "", "allocatedSourcedId": "sis-1"}]}

REQUIRED = {
    "org": {"name", "type", "identifier"},
    "academic-session": {"title", "startDate", "endDate", "type", "schoolYear"},
    "course": {"title", "courseCode"},
    "class": {"title", "course", "school", "terms"},
    "user": {"enabledUser", "givenName", "familyName", "roles"},
    "enrollment": {"user", "class", "school", "role", "primary"},
    "category": {"title"},
    "line-item": {"title", "assignDate", "dueDate", "class", "school", "category"},
    "result": {"lineItem", "student", "scoreStatus", "scoreDate"},
    "score-scale": {"title", "type", "class", "scoreScaleValue"},
    "demographics": set(),
    "assessment-line-item": {"title"},
    "assessment-result": {"assessmentLineItem", "student", "scoreStatus", "scoreDate"},
}
"""What the specification requires of each, beside its id, status and dateLastModified."""
