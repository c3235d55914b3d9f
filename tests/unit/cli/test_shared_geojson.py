import json
from collections.abc import Callable

import shapely
import shapely.geometry

from wellclear.cli.checked import Checked
from wellclear.cli.shared_geojson import shared_geojson
from wellclear.detect.results import Conflict

PieceOf = Callable[[Conflict], tuple[tuple[tuple[float, float], ...], ...]]


def features(checked: Checked, piece_of: PieceOf):
    return json.loads(shared_geojson(checked.findings.conflicts, piece_of))["features"]


def test_each_conflict_is_one_feature_with_a_valid_piece(checked: Checked, piece_of: PieceOf):
    found = features(checked, piece_of)
    assert len(found) == 2
    for feature in found:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert abs(shape.area - 0.01) < 1e-9
        assert all(part.exterior.is_ccw for part in shape.geoms)
    assert found[0]["properties"]["by_envelope"] is True
    assert found[0]["properties"]["b_band"] == "500 ft AGL to FL060"


def test_a_piece_without_area_is_a_point(checked: Checked):
    found = features(checked, lambda _: (((0.0, 0.0), (1.0, 1.0)),))
    assert found[0]["geometry"] == {"type": "Point", "coordinates": [-121.4, 36.55]}


def test_a_piece_over_180_degrees_is_cut_there(checked: Checked):
    ring = ((179.5, 0.0), (-179.5, 0.0), (-179.5, 1.0), (179.5, 1.0))
    running_on = ((179.5, 0.0), (180.5, 0.0), (180.5, 1.0), (179.5, 1.0))
    for given in (ring, running_on):
        shape = shapely.geometry.shape(features(checked, lambda _, given=given: (given,))[0]["geometry"])
        assert len(shape.geoms) == 2
        assert shape.bounds == (-180.0, 0.0, 180.0, 1.0)
        assert abs(shape.area - 1.0) < 1e-9
