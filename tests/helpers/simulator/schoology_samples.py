"""The samples that the source of the Schoology dialect shows, as data, in both formats.

Facts about the wire, kept to the letter, the source's own slips included ("24152019t"). Only the
hosts that it leaves open ("http://...") are the ones of a reserved name.
"""

from __future__ import annotations

from typing import Any

GRADE: dict[str, Any] = {
    "enrollment_id": 44783151,
    "assignment_id": 5699937,
    "grade": 80,
    "exception": 0,
    "max_points": 100,
    "is_final": 0,
    "timestamp": 1389651403,
    "comment": "",
    "comment_status": None,
    "override": None,
    "calculated_grade": None,
    "pending": None,
    "type": "assignment",
    "location": "http://sis.example/5699937",
    "scale_id": 1,
    "scale_type": 0,
    "category_id": 4341,
}

GRADES: dict[str, Any] = {
    "grades": {"grade": [GRADE]},
    "period": [
        {"period_id": "p13011", "period_title": "Never Ending Period", "weight": "100.00"},
    ],
    "final_grade": [
        {
            "enrollment_id": "44783151",
            "period": [
                {"period_id": "p13011", "grade": 80, "comment": "", "comment_status": None},
                {"period_id": "other", "grade": None, "comment": "", "comment_status": None},
                {"period_id": "final", "grade": 80, "comment": "", "comment_status": None},
            ],
            "scale_id": 0,
        }
    ],
}

GRADE_XML = """
      <enrollment_id>44783151</enrollment_id>
      <assignment_id>5699937</assignment_id>
      <grade>80</grade>
      <exception>0</exception>
      <max_points>100</max_points>
      <is_final>0</is_final>
      <timestamp>1389651403</timestamp>
      <comment />
      <comment_status />
      <override />
      <calculated_grade />
      <pending />
      <type>assignment</type>
      <location>http://sis.example/5699937</location>
      <scale_id>1</scale_id>
      <scale_type>0</scale_type>
      <category_id>4341</category_id>"""

GRADES_XML = f"""<?xml version="1.0" encoding="utf-8" ?>
<result>
  <grades>
    <grade>{GRADE_XML}
    </grade>
  </grades>
  <period>
    <period_id>p13011</period_id>
    <period_title>Never Ending Period</period_title>
    <weight>100.00</weight>
  </period>
  <final_grade>
    <enrollment_id>44783151</enrollment_id>
    <period>
      <period_id>p13011</period_id>
      <grade>80</grade>
      <comment />
      <comment_status />
    </period>
    <period>
      <period_id>other</period_id>
      <grade />
      <comment />
      <comment_status />
    </period>
    <period>
      <period_id>final</period_id>
      <grade>80</grade>
      <comment />
      <comment_status />
    </period>
    <scale_id>0</scale_id>
  </final_grade>
</result>"""

PUT_GRADES: dict[str, Any] = {
    "grades": {
        "grade": [
            {
                "type": "assignment",
                "assignment_id": 5007606,
                "enrollment_id": "44783136",
                "grade": 99,
                "comment": "grade submmitted",
            },
            {
                "type": "assignment",
                "assignment_id": 5007606,
                "enrollment_id": "44783141",
                "grade": 76,
                "comment": "grade submmitted",
            },
        ]
    }
}

PUT_GRADES_XML = """<body>
  <grades>
    <grade>
      <type>assignment</type>
      <assignment_id>5007606</assignment_id>
      <enrollment_id>44783136</enrollment_id>
      <grade>99</grade>
      <comment>grade submmitted</comment>
    </grade>
    <grade>
      <type>assignment</type>
      <assignment_id>5007606</assignment_id>
      <enrollment_id>44783141</enrollment_id>
      <grade>76</grade>
      <comment>grade submmitted</comment>
    </grade>
  </grades>
</body>"""

PUT_COMMENTS: dict[str, Any] = {
    "final_comments": {
        "final_comment": [
            {
                "enrollment_id": "24152019",
                "period_id": "26127",
                "comment": "Great improvement from first semester!",
                "comment_status": "1",
            },
            {
                "enrollment_id": "24152019",
                "period_id": "final",
                "comment": "Overall tremendous improvement",
                "comment_status": "1",
            },
        ]
    }
}

PUT_COMMENTS_XML = """<body>
  <final_comments>
    <final_comment>
      <enrollment_id>24152019</enrollment_id>
      <period_id>26127</period_id>
      <comment>Great improvement from first semester!</comment>
      <comment_status>1</comment_status>
    </final_comment>
    <final_comment>
      <enrollment_id>24152019t</enrollment_id>
      <period_id>final</period_id>
      <comment>Overall tremendous improvement</comment>
      <comment_status>1t</comment_status>
    </final_comment>
  </final_comments>
</body>"""

USER_GRADES: dict[str, Any] = {
    "section": [
        {
            "section_id": "4318461",
            "period": [
                {
                    "period_id": "p13011",
                    "period_title": "Never Ending Period",
                    "assignment": [GRADE],
                }
            ],
            "final_grade": [
                {
                    "period_id": "p13011",
                    "grade": 80,
                    "weight": 100,
                    "comment": "",
                    "scale_id": 0,
                    "grading_category": [
                        {"category_id": 3081, "grade": None},
                        {"category_id": 4341, "grade": 80},
                    ],
                    "comment_status": None,
                },
                {
                    "period_id": "final",
                    "grade": 80,
                    "comment": "",
                    "comment_status": None,
                    "scale_id": 0,
                },
            ],
            "grading_category": [
                {"id": 3081, "title": "e.g. Homework"},
                {"id": 4341, "title": "xtra points"},
            ],
        }
    ],
    "links": {"self": "http://sis.example/v1/users/48289/grades"},
}

USER_GRADES_XML = f"""<?xml version="1.0" encoding="utf-8" ?>
<result>
  <section>
    <section_id>4318461</section_id>
    <period>
      <period_id>p13011</period_id>
      <period_title>Never Ending Period</period_title>
      <assignment>{GRADE_XML}
      </assignment>
    </period>
    <final_grade>
      <period_id>p13011</period_id>
      <grade>80</grade>
      <weight>100</weight>
      <comment />
      <scale_id>0</scale_id>
      <grading_category>
        <category_id>3081</category_id>
        <grade />
      </grading_category>
      <grading_category>
        <category_id>4341</category_id>
        <grade>80</grade>
      </grading_category>
      <comment_status />
    </final_grade>
    <final_grade>
      <period_id>final</period_id>
      <grade>80</grade>
      <comment />
      <comment_status />
      <scale_id>0</scale_id>
    </final_grade>
    <grading_category>
      <id>3081</id>
      <title>e.g. Homework</title>
    </grading_category>
    <grading_category>
      <id>4341</id>
      <title>xtra points</title>
    </grading_category>
  </section>
  <links>
    <self>http://sis.example/v1/users/48289/grades</self>
  </links>
</result>"""

SAMPLES = {
    "grades": (GRADES, GRADES_XML),
    "user-grades": (USER_GRADES, USER_GRADES_XML),
    "grades-request": (PUT_GRADES, PUT_GRADES_XML),
}
"""By schema: the same content in JSON and in XML. The final comments differ between the two."""
