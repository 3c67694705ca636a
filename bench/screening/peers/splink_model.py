"""Splink 5 on DuckDB: `python -m bench.screening.peers.splink_model WAY LIST.csv ROSTER.csv HITS.ndjson`.

WAY is `tutorial` (the comparisons and the training that Splink's tutorial teaches) or `tuned` (levels chosen for this
work, with the share of true matches at each level set by hand and the rest sampled).
"""

import logging
import sys

import duckdb
import splink.comparison_level_library as level
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

_SEED = 1
_READ = """
CREATE MACRO plain(name) AS nullif(trim(regexp_replace(regexp_replace(
  translate(upper(strip_accents(coalesce(name, ''))), '''`.', ''), '[^A-Z]+', ' ', 'g'),
  ' (JR|SR|II|III|IV|MD|DO)$', '')), '');
CREATE MACRO born(text) AS CASE WHEN length(text) = 8 THEN text[1:4] || '-' || text[5:6] || '-' || text[7:8] END;
CREATE TABLE entries AS
  SELECT row_number() OVER () - 1 AS unique_id, plain(LASTNAME) AS last_name, plain(FIRSTNAME) AS first_name,
    plain(MIDNAME) AS middle_name, born(DOB) AS dob, nullif(NPI, '0000000000') AS npi, STATE AS state, left(ZIP, 5) AS zip
  FROM read_csv('LIST_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~');
DELETE FROM entries WHERE last_name IS NULL;
CREATE TABLE people AS
  SELECT provider_id AS unique_id, plain(last_name) AS last_name, plain(first_name) AS first_name,
    plain(middle_name) AS middle_name, nullif(dob, '') AS dob, nullif(npi, '') AS npi, state, left(zip, 5) AS zip
  FROM read_csv('ROSTER_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~');
ALTER TABLE entries ALTER unique_id TYPE VARCHAR;
"""
_WRITE = """
COPY (
  SELECT p.unique_id AS id, coalesce(h.result, 'clear') AS result, coalesce(h.candidates, []) AS candidates
  FROM people p LEFT JOIN (
    SELECT unique_id_r AS unique_id,
      CASE WHEN max(match_weight) >= 5 THEN 'match' WHEN max(match_weight) >= 0 THEN 'possible' ELSE 'clear' END AS result,
      list({'list': 'leie', 'row': unique_id_l::INTEGER, 'score': round(match_weight, 3), 'reasons': []::VARCHAR[]}
        ORDER BY match_weight DESC) AS candidates
    FROM predicted GROUP BY unique_id_r
  ) h USING (unique_id) ORDER BY id
) TO 'HITS_FILE' (FORMAT json)
"""


def tutorial() -> SettingsCreator:
    """Name, name, date of birth, place: the library's ready-made comparisons."""
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.NameComparison("first_name"),
            compare.NameComparison("last_name"),
            compare.DateOfBirthComparison("dob", input_is_string=True),
            compare.ExactMatch("npi"),
            compare.ExactMatch("state").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("npi"),
            block_on("first_name", "last_name"),
            block_on("last_name", "dob"),
            block_on("first_name", "dob"),
        ],
    )


def train(linker: Linker) -> None:
    """Estimate everything from the data, as the tutorial does."""
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "last_name", "dob"), "l.npi = r.npi"], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    training.estimate_parameters_using_expectation_maximisation(
        block_on("first_name", "last_name"), record_sample_proportion=1.0
    )
    training.estimate_parameters_using_expectation_maximisation(block_on("dob"), record_sample_proportion=1.0)


def tuned() -> SettingsCreator:
    """Levels for what happens to the names and dates of people on rosters, and how often each happens to a true match."""
    any_part = "list_has_any(string_split(last_name_l, ' '), string_split(last_name_r, ' '))"
    crossed = "last_name_l = first_name_r AND first_name_l = last_name_r"
    month_day = "dob_l[1:4] = dob_r[1:4] AND dob_l[6:7] = dob_r[9:10] AND dob_l[9:10] = dob_r[6:7]"
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=3e-7,
        comparisons=[
            compare.CustomComparison(
                output_column_name="last_name",
                comparison_levels=[
                    level.NullLevel("last_name"),
                    level.ExactMatchLevel("last_name", term_frequency_adjustments=True).configure(m_probability=0.62),
                    level.CustomLevel(crossed).configure(m_probability=0.05, u_probability=1e-6),
                    level.CustomLevel(any_part).configure(m_probability=0.08),
                    level.DamerauLevenshteinLevel("last_name", 1).configure(m_probability=0.15),
                    level.JaroWinklerLevel("last_name", 0.9).configure(m_probability=0.03),
                    level.ElseLevel().configure(m_probability=0.07),
                ],
            ),
            compare.CustomComparison(
                output_column_name="first_name",
                comparison_levels=[
                    level.NullLevel("first_name"),
                    level.ExactMatchLevel("first_name", term_frequency_adjustments=True).configure(m_probability=0.66),
                    level.CustomLevel(crossed).configure(m_probability=0.05, u_probability=1e-6),
                    level.CustomLevel("first_name_l = middle_name_r OR middle_name_l = first_name_r").configure(
                        m_probability=0.05
                    ),
                    level.DamerauLevenshteinLevel("first_name", 1).configure(m_probability=0.10),
                    level.JaroWinklerLevel("first_name", 0.88).configure(m_probability=0.04),
                    level.CustomLevel("first_name_l[1] = first_name_r[1]").configure(m_probability=0.06),
                    level.ElseLevel().configure(m_probability=0.04),
                ],
            ),
            compare.CustomComparison(
                output_column_name="middle_name",
                comparison_levels=[
                    level.NullLevel("middle_name"),
                    level.ExactMatchLevel("middle_name").configure(m_probability=0.60),
                    level.CustomLevel("middle_name_l[1] = middle_name_r[1]").configure(m_probability=0.32),
                    level.ElseLevel().configure(m_probability=0.08),
                ],
            ),
            compare.CustomComparison(
                output_column_name="dob",
                comparison_levels=[
                    level.NullLevel("dob"),
                    level.ExactMatchLevel("dob").configure(m_probability=0.86),
                    level.CustomLevel(month_day).configure(m_probability=0.05, u_probability=5e-5),
                    level.DamerauLevenshteinLevel("dob", 1).configure(m_probability=0.07),
                    level.ElseLevel().configure(m_probability=0.02),
                ],
            ),
            compare.CustomComparison(
                output_column_name="npi",
                comparison_levels=[
                    level.NullLevel("npi"),
                    level.ExactMatchLevel("npi").configure(m_probability=0.90, u_probability=1e-8),
                    level.ElseLevel().configure(m_probability=0.10, u_probability=0.9999),
                ],
            ),
            compare.CustomComparison(
                output_column_name="place",
                comparison_levels=[
                    level.NullLevel("state"),
                    level.ExactMatchLevel("zip").configure(m_probability=0.46),
                    level.ExactMatchLevel("state", term_frequency_adjustments=True).configure(m_probability=0.30),
                    level.ElseLevel().configure(m_probability=0.24),
                ],
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("npi"),
            block_on("dob", "substr(last_name, 1, 1)"),
            block_on("dob", "substr(first_name, 1, 1)"),
            block_on("last_name", "substr(first_name, 1, 1)"),
            block_on("first_name", "substr(last_name, 1, 2)", "substr(dob, 1, 4)"),
            block_on("first_name", "substr(last_name, 1, 3)", "state"),
            CustomRule("l.last_name = r.first_name AND l.first_name = r.last_name"),
            CustomRule(
                "string_split(l.last_name, ' ')[1] = string_split(r.last_name, ' ')[1] AND l.first_name = r.first_name"
            ),
            CustomRule(
                "string_split(l.last_name, ' ')[-1] = string_split(r.last_name, ' ')[-1] AND l.first_name = r.first_name"
            ),
        ],
    )


def main(way: str, listed: str, roster: str, hits: str) -> None:
    """Link the roster to the list, and write what is likelier than one in a thousand."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute(_READ.replace("LIST_FILE", listed).replace("ROSTER_FILE", roster))
    database = DuckDBAPI(connection)
    # Splink puts the left of a pair before its right by the names of the tables.
    tables = [
        database.register("entries", dataset_display_name="a_list"),
        database.register("people", dataset_display_name="b_people"),
    ]
    linker = Linker(tables, tutorial() if way == "tutorial" else tuned(), log_level=None)
    if way == "tutorial":
        train(linker)
    else:
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    predicted = linker.inference.predict(threshold_match_weight=-10)
    connection.execute(f"CREATE VIEW predicted AS SELECT * FROM {predicted.physical_name}")
    connection.execute(_WRITE.replace("HITS_FILE", hits))


if __name__ == "__main__":
    main(*sys.argv[1:])
