"""What was asked for is marked in a title, and a title is never read as HTML."""

from sheber.spine.search.views import mark


def test_the_found_part_is_marked_and_the_rest_escaped():
    assert mark("Zinc <b>", ["zinc"]) == "<mark>Zinc</mark> &lt;b&gt;"
    assert mark("<b>", ["x"]) == "&lt;b&gt;"
    assert mark("<script>", ["script"]) == "&lt;<mark>script</mark>&gt;"
