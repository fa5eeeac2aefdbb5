-- What a good engineer would write by hand against an items file with the columns of `dsolint sample items`: how often each
-- rule is broken, and the open amounts that go in and that do not, by currency. The file is scanned once.
-- It can't say in which lines, why, or what was meant. Blank lines (R202) and most stray quotes (R204) are gone once read.
--
-- Variables: file, encoding, today (YYYY-MM-DD). An empty cell is NULL.

SET preserve_insertion_order = false;

CREATE MACRO space() AS '[\s\x{0B}\x{A0}\x{2000}-\x{200B}\x{202F}\x{2060}\x{FEFF}]';
CREATE MACRO placeholder() AS '(?i:^' || space() || '*(\(?null\)?|<null>|nil|none|nan|undefined|n/a|n\.a\.|n/d|-+|\+|\?+|tbd|todo|x{3,}|\.+'
    '|0000-00-00|0001-01-01|1753-01-01|1899-12-3[01]|1900-01-0[01]|2999-12-31|9999-12-31|9999-99-99)' || space() || '*$)';
CREATE MACRO damage() AS '^' || space() || '*([+-]?[0-9]([.,][0-9]+)?E[+-][0-9]{2,3}|#{3,}'
    '|#(N/A|NV|N/D|REF!|BEZUG!|VALUE!|WERT!|VALEUR!|DIV/0!|NAME\?|NULL!|NUM!|ZAHL!))' || space() || '*$';
CREATE MACRO surrounded() AS '^' || space() || '|' || space() || '$';
CREATE MACRO mojibake() AS '[ÂÃ][\x{80}-\x{BF}]|\x{FFFD}';
CREATE MACRO formula() AS '^([=@\t\r]|[+-][^0-9 .,(])';
CREATE MACRO control() AS '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]';
CREATE MACRO line_end() AS '[\n\r]';
CREATE MACRO total() AS
    '(?i)\s*(total|totals|totale|grand total|sub-?total|total général|summe|gesamtsumme|zwischensumme|gesamt|somme|suma)\s*:?\s*';

CREATE MACRO is_blank(v) AS v IS NULL OR regexp_full_match(v, space() || '*');
CREATE MACRO is_placeholder(v) AS regexp_matches(v, placeholder());
CREATE MACRO is_damaged(v) AS regexp_matches(v, damage());
CREATE MACRO is_currency(v) AS v IN (
    'AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BGN', 'BHD', 'BIF', 'BMD',
    'BND', 'BOB', 'BOV', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHE', 'CHF', 'CHW', 'CLF', 'CLP',
    'CNH', 'CNY', 'COP', 'COU', 'CRC', 'CUP', 'CVE', 'CZK', 'DJF', 'DKK', 'DOP', 'DZD', 'EGP', 'ERN', 'ETB', 'EUR',
    'FJD', 'FKP', 'GBP', 'GEL', 'GHS', 'GIP', 'GMD', 'GNF', 'GTQ', 'GYD', 'HKD', 'HNL', 'HTG', 'HUF', 'IDR', 'ILS',
    'INR', 'IQD', 'IRR', 'ISK', 'JMD', 'JOD', 'JPY', 'KES', 'KGS', 'KHR', 'KMF', 'KPW', 'KRW', 'KWD', 'KYD', 'KZT',
    'LAK', 'LBP', 'LKR', 'LRD', 'LSL', 'LYD', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRU', 'MUR', 'MVR',
    'MWK', 'MXN', 'MXV', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'OMR', 'PAB', 'PEN', 'PGK', 'PHP',
    'PKR', 'PLN', 'PYG', 'QAR', 'RON', 'RSD', 'RUB', 'RWF', 'SAR', 'SBD', 'SCR', 'SDG', 'SEK', 'SGD', 'SHP', 'SLE',
    'SOS', 'SRD', 'SSP', 'STN', 'SYP', 'SZL', 'THB', 'TJS', 'TMT', 'TND', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH',
    'UGX', 'USD', 'USN', 'UYI', 'UYU', 'UYW', 'UZS', 'VED', 'VES', 'VND', 'VUV', 'WST', 'XAF', 'XAG', 'XAU', 'XBA',
    'XBB', 'XBC', 'XBD', 'XCD', 'XCG', 'XDR', 'XOF', 'XPD', 'XPF', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX', 'YER', 'ZAR',
    'ZMW', 'ZWG'
);

-- What a cell holds, NULL where it is no amount or no day.
CREATE MACRO amount(v) AS CASE
    WHEN regexp_full_match(v, '[+-]?([0-9]+|[0-9]{1,3}([ \x{A0}\x{202F}][0-9]{3})+)([.,][0-9]+)?') THEN coalesce(
        TRY_CAST(replace(v, ',', '.') AS DECIMAL(18, 5)),
        TRY_CAST(replace(translate(v, ' ' || chr(160) || chr(8239), ''), ',', '.') AS DECIMAL(18, 5)))
END;
CREATE MACRO day(v) AS CASE WHEN regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(v AS DATE) IS NOT NULL THEN v END;

-- The rule that a cell breaks, NULL where it breaks none.
CREATE MACRO not_read(v, otherwise) AS CASE
    WHEN is_blank(v) THEN NULL
    WHEN is_placeholder(v) THEN 'V313'
    WHEN is_damaged(v) THEN 'V312'
    ELSE otherwise
END;
CREATE MACRO date_fault(v, day) AS CASE
    WHEN day IS NULL THEN not_read(v, 'V303')
    WHEN day BETWEEN '1990-01-01' AND getvariable('latest') THEN NULL
    WHEN is_placeholder(v) THEN 'V313'
    ELSE 'V318'
END;
CREATE MACRO amount_fault(v, amount) AS CASE
    WHEN amount IS NULL THEN not_read(v, 'V304')
    WHEN regexp_full_match(v, '[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}') THEN 'V305'
END;
CREATE MACRO missing(v) AS CASE WHEN is_blank(v) THEN 'V301' END;

-- The rules that a text breaks, NULL where it breaks none: one pass looks for all that is rare.
CREATE MACRO text_faults(v) AS CASE WHEN regexp_matches(v,
        concat_ws('|', surrounded(), placeholder(), damage(), mojibake(), formula(), control(), line_end())) THEN [
    not_read(v, NULL),
    CASE WHEN regexp_matches(v, surrounded()) AND NOT is_blank(v) THEN 'V309' END,
    CASE WHEN regexp_matches(v, mojibake()) THEN 'V310' END,
    CASE WHEN regexp_matches(v, formula()) AND NOT is_placeholder(v) THEN 'V311' END,
    CASE WHEN regexp_matches(v, control()) THEN 'F008' END,
    CASE WHEN regexp_matches(v, line_end()) THEN 'R206' END
] END;

SET VARIABLE latest = strftime(CAST(getvariable('today') AS DATE) + INTERVAL 10 YEARS, '%Y-%m-%d');

CREATE TEMP TABLE judged AS
WITH items AS (
    SELECT *,
        day(item_date_issue) AS issued,
        day(item_date_due) AS due,
        day(item_date_payment) AS paid,
        amount(item_amount_initial) AS net,
        amount(item_amount_initial_inc_tax) AS gross,
        amount(item_amount_remaining_inc_tax) AS remaining,
        CASE
            WHEN item_type IN ('AVO', 'DPA', 'FAC', 'ODI', 'RGL', 'TRT') THEN NULL
            WHEN is_blank(item_type) THEN 'V301'
            WHEN item_type = 'item_type' THEN 'R203'
            WHEN item_number IS NULL AND regexp_full_match(item_type, total()) THEN 'R207'
            WHEN is_placeholder(item_type) THEN 'V313'
            ELSE 'V302'
        END AS type_fault
    FROM read_csv(getvariable('file'), encoding = getvariable('encoding'), auto_detect = false, header = true,
        delim = ';', quote = '"', escape = '"', store_rejects = true, columns = {
            item_type: 'VARCHAR', item_number: 'VARCHAR', client_code: 'VARCHAR',
            item_date_issue: 'VARCHAR', item_date_due: 'VARCHAR', item_date_payment: 'VARCHAR',
            item_amount_initial: 'VARCHAR', item_amount_initial_inc_tax: 'VARCHAR',
            item_amount_remaining_inc_tax: 'VARCHAR', item_currency: 'VARCHAR',
            item_order_number: 'VARCHAR', item_sales_manager: 'VARCHAR'
        })
),
faults AS (
    SELECT *,
        CASE WHEN type_fault IN ('R203', 'R207') THEN type_fault END AS no_item,
        missing(item_number) AS number_missing,
        missing(client_code) AS client_missing,
        CASE WHEN issued IS NULL THEN missing(item_date_issue) END AS issue_missing,
        CASE WHEN due IS NULL THEN missing(item_date_due) END AS due_missing,
        CASE WHEN gross IS NULL THEN missing(item_amount_initial_inc_tax) END AS gross_missing,
        date_fault(item_date_issue, issued) AS issue_fault,
        date_fault(item_date_due, due) AS due_fault,
        date_fault(item_date_payment, paid) AS payment_fault,
        amount_fault(item_amount_initial, net) AS net_fault,
        amount_fault(item_amount_initial_inc_tax, gross) AS gross_fault,
        amount_fault(item_amount_remaining_inc_tax, remaining) AS remaining_fault,
        text_faults(item_number) AS number_faults,
        text_faults(client_code) AS client_faults,
        text_faults(item_order_number) AS order_faults,
        text_faults(item_sales_manager) AS manager_faults,
        CASE WHEN due < issued AND item_type IN ('FAC', 'TRT', 'DPA') THEN 'B401' END AS due_before_issue,
        CASE
            WHEN gross < 0 AND item_type IN ('FAC', 'TRT', 'DPA') THEN 'B402'
            WHEN gross > 0 AND item_type IN ('AVO', 'RGL') THEN 'B402'
        END AS wrong_sign,
        CASE WHEN abs(remaining) > abs(gross) OR sign(remaining) * sign(gross) < 0 THEN 'B403' END AS too_much_remains,
        CASE WHEN paid IS NOT NULL AND remaining <> 0 THEN 'B404' END AS paid_with_balance,
        CASE WHEN abs(net) > abs(gross) THEN 'B407' END AS net_exceeds_gross,
        CASE WHEN gross = 0 THEN 'B408' END AS zero,
        CASE WHEN issued > getvariable('today') THEN 'B414' END AS issued_in_future,
        CASE WHEN paid > getvariable('today') THEN 'B414' END AS paid_in_future
    FROM items
)
SELECT
    no_item,
    item_number AS number,
    left(issued, 4) AS year,
    item_currency AS currency,
    CASE
        WHEN NOT is_blank(item_amount_remaining_inc_tax) THEN remaining
        WHEN paid IS NOT NULL THEN 0
        ELSE gross
    END AS open,
    coalesce(type_fault, number_missing, client_missing) IS NOT NULL
        OR issued IS NULL OR due IS NULL OR gross IS NULL AS left_out,
    CASE WHEN coalesce(
        type_fault,
        number_missing, client_missing,
        issue_missing, due_missing, gross_missing,
        issue_fault, due_fault, payment_fault,
        net_fault, gross_fault, remaining_fault,
        due_before_issue, wrong_sign, too_much_remains, paid_with_balance, net_exceeds_gross, zero,
        issued_in_future, paid_in_future
    ) IS NOT NULL THEN [
        type_fault,
        number_missing, client_missing,
        issue_missing, due_missing, gross_missing,
        issue_fault, due_fault, payment_fault,
        net_fault, gross_fault, remaining_fault,
        due_before_issue, wrong_sign, too_much_remains, paid_with_balance, net_exceeds_gross, zero,
        issued_in_future, paid_in_future
    ] END AS faults,
    CASE WHEN coalesce(number_faults, client_faults, order_faults, manager_faults) IS NOT NULL THEN
        list_concat(number_faults, client_faults, order_faults, manager_faults)
    END AS text_faults
FROM faults;

CREATE TEMP TABLE by_currency AS
SELECT
    currency,
    coalesce(regexp_replace(currency, surrounded(), '', 'g'), '') AS code,
    left_out,
    count(*) AS times,
    sum(open) AS open
FROM judged WHERE no_item IS NULL GROUP BY currency, left_out;

-- One table, so that one command prints it: what, name, value.
WITH broken AS (
    SELECT no_item AS rule, count(*) AS times FROM judged GROUP BY rule
    UNION ALL
    SELECT unnest(faults) AS rule, count(*) FROM judged WHERE no_item IS NULL GROUP BY rule
    UNION ALL
    SELECT unnest(text_faults) AS rule, count(*) FROM judged WHERE no_item IS NULL GROUP BY rule
    UNION ALL
    SELECT CASE WHEN NOT is_currency(code) THEN not_read(code, 'V307') END, times FROM by_currency
    UNION ALL
    SELECT CASE WHEN currency <> code AND code <> '' THEN 'V309' END, times FROM by_currency
    UNION ALL
    SELECT 'B409', sum(times) FILTER (code = '') FROM by_currency HAVING max(code) <> ''
    UNION ALL
    SELECT 'B405', times - 1 FROM (
        SELECT count(*) AS times FROM judged
        WHERE no_item IS NULL AND year IS NOT NULL AND NOT is_blank(number)
        GROUP BY number, year HAVING count(*) > 1
    )
    UNION ALL
    SELECT CASE
        WHEN error_type IN ('MISSING COLUMNS', 'TOO MANY COLUMNS') THEN 'R201'
        WHEN error_type = 'UNQUOTED VALUE' THEN 'R204'
    END AS rule, count(DISTINCT line) FROM reject_errors GROUP BY rule
)
SELECT 'rule' AS what, rule AS name, sum(times)::VARCHAR AS value FROM broken WHERE rule IS NOT NULL AND times > 0 GROUP BY rule
UNION ALL
SELECT CASE WHEN left_out THEN 'ignored' ELSE 'accepted' END, code, sum(open)::VARCHAR
FROM by_currency WHERE open IS NOT NULL GROUP BY left_out, code
ORDER BY ALL;
