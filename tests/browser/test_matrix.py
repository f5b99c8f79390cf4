"""The competence matrix worked in as a programme director works in it: keys, Excel, undo, a colleague who saves first, a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MATRIX = "/programmes/6B07202/2026.1/matrix/"
DIRECTOR = "programme_director"
HISTORY, MATHS = "MET1101", "MET1105"
COPY_DATA = "() => JSON.parse(document.getElementById('matrix-data').textContent)"
PUT_BACK = """async before => {
  const text = await (await fetch(location.pathname)).text();
  const now = JSON.parse(new DOMParser().parseFromString(text, 'text/html').getElementById('matrix-data').textContent);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now.cells)])]
    .filter(key => JSON.stringify(before[key]) !== JSON.stringify(now.cells[key]));
  if (!keys.length) return 200;
  const changes = keys.map(key => { const [course, item] = key.split('~'); const cell = before[key];
    return cell ? {course, item, mode: cell[0], level: cell[1], assessed_by: cell[2]} : {course, item, mode: null, level: null}; });
  return (await fetch(now.saveUrl, {method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRFToken': now.csrf},
    body: JSON.stringify({edit_version: now.editVersion, changes})})).status;
}"""


@pytest.fixture
def matrix(page_for):
    """Opens the matrix; what a test changed is put back, because the demonstration is shared."""
    opened = []

    def open_matrix(locale="en", query="", **options):
        page = page_for(locale, MATRIX + query, persona=DIRECTOR, **options)
        expect(page.locator("html[data-matrix=ready]")).to_have_count(1)
        if not opened:
            opened.append((page, page.evaluate(COPY_DATA)["cells"]))
        return page

    yield open_matrix
    page, before = opened[0]
    assert page.evaluate(PUT_BACK, before) == 200


def cell(page, course, item):
    """By its row and column, as a reader finds it."""
    column = page.locator("#matrix thead th").evaluate_all("(all, item) => all.findIndex(th => th.dataset.item === item)", item)
    return page.locator(f'#matrix tr[data-course="{course}"] > :nth-child({column + 1})')


def saved(page):
    expect(page.locator("#matrix-saved")).to_have_attribute("data-state", "saved")


def paste(page, text):
    page.evaluate("""text => { const data = new DataTransfer(); data.setData('text/plain', text);
        const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event); }""", text)


def total(page, row, item):
    column = page.locator("#matrix thead th").evaluate_all("(all, item) => all.findIndex(th => th.dataset.item === item)", item)
    return page.locator(f'#matrix tfoot tr[data-total="{row}"] > :nth-child({column + 1})')


def test_letters_digits_and_arrows_fill_cells_and_stay_after_a_reload(matrix):
    page = matrix()
    cell(page, HISTORY, "1.1").click()
    page.keyboard.press("t")
    page.keyboard.press("4")
    expect(cell(page, HISTORY, "1.1")).to_have_text("T4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("i")
    expect(cell(page, HISTORY, "1.2")).to_have_text("I1")
    label = re.compile(r"^History of Kazakhstan, 1\.2 .*: introduced at level 1")
    expect(cell(page, HISTORY, "1.2")).to_have_attribute("aria-label", label)
    expect(page.get_by_role("status").filter(has_text="introduced at level 1")).to_have_count(1)
    expect(total(page, "planned", "1.1")).to_have_text("4")
    saved(page)
    page.reload()
    expect(cell(page, HISTORY, "1.1")).to_contain_text("T4")
    expect(cell(page, HISTORY, "1.2")).to_contain_text("I1")
    expect(total(page, "planned", "1.1")).to_have_text("4")


def test_a_cyrillic_layout_types_the_same(matrix):
    page = matrix("ru")
    cell(page, HISTORY, "1.3").click()
    for key, code in (("Г", "KeyU"), ("і", "Digit3")):                   # U, and 3 in the Kazakh layout
        page.evaluate("""([key, code]) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))""", [key, code])
    expect(cell(page, HISTORY, "1.3")).to_contain_text("U3")
    saved(page)


def test_undo_and_redo_by_key_and_by_button(matrix):
    page = matrix()
    before = cell(page, MATHS, "1.1").inner_text()
    cell(page, MATHS, "1.1").click()
    page.keyboard.press("Delete")
    expect(cell(page, MATHS, "1.1")).to_have_text("")
    page.keyboard.press("Control+z")
    expect(cell(page, MATHS, "1.1")).to_contain_text(before)
    page.keyboard.press("Control+y")
    expect(cell(page, MATHS, "1.1")).to_have_text("")
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, MATHS, "1.1")).to_contain_text(before)
    saved(page)


def test_home_end_and_ctrl_reach_the_corners_with_one_tab_stop(matrix):
    page = matrix()
    cell(page, MATHS, "2.2").click()
    page.keyboard.press("End")
    expect(cell(page, MATHS, "4.8")).to_be_focused()
    page.keyboard.press("Home")
    expect(cell(page, MATHS, "1.1")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(page.locator("#matrix tbody tr[data-course]").last.locator("td").last).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(page, HISTORY, "1.1")).to_be_focused()
    assert page.locator('#matrix [tabindex="0"]').count() == 1


def test_a_block_from_excel_is_pasted_whole_or_not_at_all(matrix):
    page = matrix()
    cell(page, HISTORY, "1.1").click()
    paste(page, "T3\tt 2\n\tТ4\r\n")                                      # the last Т is Cyrillic
    expect(cell(page, HISTORY, "1.1")).to_have_text("T3")
    expect(cell(page, HISTORY, "1.2")).to_have_text("T2")
    expect(cell(page, "MET1102", "1.2")).to_have_text("T4")
    saved(page)
    paste(page, "T1\tX9")
    alert = page.get_by_role("alert").filter(has_text="Nothing was pasted")
    expect(alert).to_contain_text("Row 1, column 2: “X9” cannot be read")
    expect(alert).to_contain_text(f"{HISTORY} × 1.2")
    expect(cell(page, HISTORY, "1.1")).to_have_text("T3")
    cell(page, HISTORY, "4.8").click()
    paste(page, "T1\tT1")
    expect(page.get_by_role("alert").filter(has_text="to the right of the last outcome")).to_be_visible()
    expect(cell(page, HISTORY, "4.8")).to_have_text("")


def test_cells_are_read_as_people_write_them_in_excel(matrix):
    written = {"T3": "T3", "t 3": "T3", " u5 ": "U5", "Т3": "T3", "т 4": "T4", "І1": "I1", "У2": "U2", "T\u00a03": "T3",
               "": None, "  ": None, "–": None, "-": None,
               "T": "?", "3": "?", "T0": "?", "T6": "?", "T33": "?", "X3": "?", "И3": "?", "T3,5": "?", "=T3": "?", "TT3": "?"}
    read = matrix().evaluate("""async texts => { const { readCell } = await import('/static/sheber/js/matrix/paste.js');
        return texts.map(text => { const cell = readCell(text); return cell === undefined ? '?' : cell && cell.mode + cell.level; }); }""",
                             list(written))
    assert dict(zip(written, read, strict=True)) == written


def test_a_table_of_excel_is_split_as_excel_joined_it(matrix):
    read = matrix().evaluate("""async () => { const { splitTable } = await import('/static/sheber/js/matrix/paste.js');
        return ['T3\\t\\r\\n\\tU4\\r\\n', 'T3', 'T3\\n', '"T3"\\tT1'].map(splitTable); }""")
    assert read == [[["T3", ""], ["", "U4"]], [["T3"]], [["T3"]], [["T3", "T1"]]]


def test_a_range_is_copied_as_excel_reads_it(matrix):
    page = matrix()
    cell(page, MATHS, "1.1").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator('#matrix [aria-selected="true"]')).to_have_count(4)
    copied = page.evaluate("""() => { const data = new DataTransfer();
        document.activeElement.dispatchEvent(new ClipboardEvent('copy', {clipboardData: data, bubbles: true, cancelable: true}));
        return data.getData('text/plain'); }""")
    assert [len(line.split("\t")) for line in copied.split("\n")] == [2, 2]
    assert copied.split("\t")[0] == "T2"


def test_a_colleague_who_saved_first_is_shown_and_both_are_merged(matrix, page_for):
    page_for.expected.append("status of 409")
    mine, theirs = matrix(), matrix()
    cell(theirs, HISTORY, "2.1").click()
    theirs.keyboard.press("t")
    saved(theirs)
    cell(mine, HISTORY, "2.2").click()
    mine.keyboard.press("u")
    banner = mine.locator("#matrix-stale")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Saule Dairbek changed this matrix at")
    expect(banner).to_contain_text(f"{HISTORY} × 2.1")
    expect(banner).to_contain_text(f"{HISTORY} × 2.2")
    expect(cell(mine, HISTORY, "2.2")).to_contain_text("U")                # what was typed stays
    banner.get_by_role("button", name="Merge both").click()
    saved(mine)
    mine.reload()
    expect(cell(mine, HISTORY, "2.1")).to_contain_text("T")
    expect(cell(mine, HISTORY, "2.2")).to_contain_text("U")


def test_taking_theirs_can_be_undone_when_both_changed_one_cell(matrix, page_for):
    page_for.expected.append("status of 409")
    mine, theirs = matrix(), matrix()
    cell(theirs, HISTORY, "2.3").click()
    theirs.keyboard.press("t")
    theirs.keyboard.press("5")
    saved(theirs)
    cell(mine, HISTORY, "2.3").click()
    mine.keyboard.press("i")
    banner = mine.locator("#matrix-stale")
    expect(banner).to_contain_text(f"Changed by both of you, differently: {HISTORY} × 2.3")
    banner.get_by_role("button", name="Take theirs").click()
    expect(cell(mine, HISTORY, "2.3")).to_contain_text("T5")
    cell(mine, HISTORY, "2.3").click()
    mine.keyboard.press("Control+z")
    expect(cell(mine, HISTORY, "2.3")).to_contain_text("I1")
    saved(mine)


def test_a_lost_connection_loses_nothing(matrix, page_for):
    page_for.expected += ["status of 503", "server: 503"]
    page = matrix()
    page.route("**/matrix/save/", lambda route: route.fulfill(status=503, body="busy"))
    cell(page, HISTORY, "3.1").click()
    page.keyboard.press("t")
    expect(page.get_by_role("alert").filter(has_text="Nothing you typed is lost")).to_be_visible()
    expect(page.locator("#matrix-saved")).to_have_text("Not saved")
    page.unroute("**/matrix/save/")
    page.get_by_role("button", name="Try again now").click()
    saved(page)
    page.reload()
    expect(cell(page, HISTORY, "3.1")).to_contain_text("T")



def test_a_finding_links_to_its_cell_and_goes_when_it_is_mended(matrix):
    page = matrix(query="?cell=MET3203~2.3")
    target = cell(page, "MET3203", "2.3")
    expect(target).to_be_focused()
    panel = page.get_by_role("region", name="MET3203 × 2.3")
    expect(panel).to_contain_text("used, at level 3")
    expect(target).to_have_attribute("aria-label", re.compile("used at level 3; finding: Used before taught"))
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Utilise")).to_be_focused()
    panel.get_by_role("button", name="Clear the cell").click()
    saved(page)
    expect(target).to_have_text("")
    expect(target).not_to_have_attribute("aria-label", re.compile("finding"))


def test_filters_live_in_the_address(matrix):
    page = matrix()
    page.get_by_label("Term", exact=True).select_option("6")
    page.get_by_role("button", name="Findings").click()
    expect(page).to_have_url(re.compile(r"term=6&show=findings"))
    expect(page.locator("#matrix tbody tr[data-course]:visible")).to_have_count(1)
    page.reload()
    expect(page.locator("#matrix tbody tr[data-course]:visible")).to_have_count(1)
    expect(page.get_by_role("button", name="Findings")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_a_phone_edits_by_touch_and_never_scrolls_sideways(matrix, accessible, locale):
    page = matrix(locale, width=360)
    cell(page, HISTORY, "1.2").click()
    panel = page.locator("#matrix-panel")
    expect(panel).to_be_visible()
    panel.locator('[data-mode="T"]').click()
    panel.locator("select").select_option("3")
    expect(cell(page, HISTORY, "1.2")).to_contain_text("T3")
    inside = page.evaluate("""() => { const cell = document.querySelector('.is-focus').getBoundingClientRect(),
        sheet = document.getElementById('matrix-panel').getBoundingClientRect(); return cell.bottom <= sheet.top && cell.top >= 0; }""")
    assert inside, "the cell is hidden under its own panel"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    saved(page)
    accessible(page)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_no_heading_is_cut(matrix, locale, width):
    cut = matrix(locale, width=width).locator("#matrix .vert").evaluate_all(
        "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.textContent)")
    assert cut == []


@pytest.mark.parametrize(("locale", "theme"), [("kk", "light"), ("ru", "dark"), ("en", "light")])
def test_the_grid_is_accessible(matrix, accessible, locale, theme):
    page = matrix(locale, theme=theme, query="?cell=MET3203~2.3")
    grid = page.get_by_role("grid")
    expect(grid).to_have_attribute("aria-colcount", "20")
    accessible(page)


def test_without_javascript_the_matrix_is_a_table_to_read(server, browser, page_for):
    signed_in = page_for("en", MATRIX, persona=DIRECTOR).context.storage_state()
    context = browser.new_context(base_url=server, java_script_enabled=False, storage_state=json.loads(json.dumps(signed_in)))
    page = context.new_page()
    page.goto(MATRIX + "?term=6")
    expect(page.get_by_role("rowheader", name=re.compile("MET3203"))).to_be_visible()
    expect(cell_without_script(page)).to_contain_text("U3")
    context.close()


def cell_without_script(page):
    return page.locator('#matrix tr[data-course="MET3203"] td').nth(5)
