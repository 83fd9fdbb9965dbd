import { testAnswers } from '../../../support/kql-answers.ts'

const SQUARE =
  'dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[4,6],[6,6],[6,4],[4,4]]]})'
const SHELL = 'dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]})'
const OCTANT = 'dynamic({"type":"Polygon","coordinates":[[[0,0],[90,0],[0,90],[0,0]]]})'
const TRIANGLE = 'dynamic({"type":"Polygon","coordinates":[[[0.2,0.2],[0.9,0.2],[0.2,0.9],[0.2,0.2]]]})'
const RING =
  'dynamic({"type":"Polygon","coordinates":[[[7.13,44.1],[9.07,44.35],[8.61,46.2],[7.02,45.9],[7.13,44.1]],[[7.6,44.8],[7.7,45.5],[8.3,45.4],[8.2,44.7],[7.6,44.8]]]})'
const COVERED = `print all = geo_polygon_to_s2cells(${RING}, 8) | mv-expand c = all to typeof(string)`
const SHORT = 'dynamic({"type":"LineString","coordinates":[[2.2945,48.8582],[2.2946,48.8583]]})'
const POINT = 'dynamic({"type":"Point","coordinates":[0,0]})'
const SHIFTED = 'dynamic({"type":"Polygon","coordinates":[[[5,5],[15,5],[15,15],[5,15],[5,5]]]})'
const FAR = 'dynamic({"type":"Polygon","coordinates":[[[50,5],[60,5],[60,15],[50,5]]]})'
const BOTH =
  'dynamic({"type":"MultiPolygon","coordinates":[[[[0,0],[10,0],[10,10],[0,10],[0,0]]],[[[5,5],[15,5],[15,15],[5,15],[5,5]]]]})'
const ACROSS = 'dynamic({"type":"LineString","coordinates":[[-5,5],[15,5.5]]})'
const TURN = 'dynamic({"type":"LineString","coordinates":[[0,10],[5,10],[5,20]]})'
const EDGE = 'geo_line_densify(dynamic({"type":"LineString","coordinates":[[20,60],[21,60],[21,61]]}), 20)'
const LINE = 'dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]})'

testAnswers('geo', [
  ['tolong(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056) * 1000)', 1_546_754_351n],
  ['geo_distance_2points(300, 1, 1, 1)', null],
  ['geo_distance_2points(8, 50, 9, 51, false) == geo_distance_2points(8, 50, 9, 51)', true],
  ['round(geo_azimuth(5, 10, 10, -40), 9)', 3.054599398],
  ['geo_azimuth(5, 10, 5, 10)', null],
  ['round(geo_angle(0, 10, 0, 5, 3, -10), 9)', 2.944938434],
  ['geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)', true],
  ['geo_point_in_circle(1, 1, 1, 1, -1)', null],
  [`geo_point_in_polygon(1, 1, ${SQUARE})`, true],
  [`geo_point_in_polygon(5, 5, ${SQUARE})`, false],
  [`geo_point_in_polygon(-175, -5, ${SQUARE})`, false],
  ['geo_point_in_polygon(1, 1, dynamic({"type":"Polygon","coordinates":[[[0,0],[10,10],[10,10],[0,0]]]}))', null],
  [`round(geo_distance_point_to_line(1, 5, ${LINE}), 3)`, 110_771.928],
  [`geo_distance_point_to_polygon(2, 2, ${SQUARE})`, 0],
  [`round(geo_line_length(${LINE}), 3)`, 1_111_951.012],
  [`round(toreal(geo_line_interpolate_point(${LINE}, 0.25).coordinates[1]), 9)`, 2.5],
  [
    'geo_intersects_2lines(dynamic({"type":"LineString","coordinates":[[-1,5],[1,5]]}), dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]}))',
    true,
  ],
  [
    `geo_intersects_line_with_polygon(dynamic({"type":"LineString","coordinates":[[20,20],[30,30]]}), ${SQUARE})`,
    false,
  ],
  [`geo_intersects_2polygons(${SQUARE}, dynamic({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}))`, true],
  // The holes of a square of 10 degrees, and what the areas of the two must add up to.
  [`round(geo_polygon_area(${SQUARE}) / geo_polygon_area(${SHELL}), 4)`, 0.96],
  [`round(geo_polygon_area(${OCTANT}) / (4 * pi() * 6371010.0 * 6371010.0), 12)`, 0.125],
  [`geo_polygon_area(${POINT})`, null],
  [
    `round(geo_polygon_area(${BOTH}) / (geo_polygon_area(${SHELL}) + geo_polygon_area(${SHIFTED}) - geo_polygon_area(geo_intersection_2polygons(${SHELL}, ${SHIFTED}))), 9)`,
    1,
  ],
  [
    `round(geo_polygon_area(geo_union_polygons_array(pack_array(${SHIFTED}, ${SHELL}))) / geo_polygon_area(${BOTH}), 9)`,
    1,
  ],
  // A ring ends with the last edge of the input, here the left one of the second square.
  [`round(toreal(geo_union_polygons_array(pack_array(${SHELL}, ${SHIFTED})).coordinates[0][0][0]), 3)`, 5],
  [
    `toreal(geo_union_polygons_array(pack_array(${SHELL}, ${SHIFTED})).coordinates[0][0][1]) between (10.0 .. 10.1)`,
    true,
  ],
  // Of the edge that both have nothing is left; squares that meet at a corner stay two.
  [
    `round(toreal(geo_union_polygons_array(dynamic([{"type":"Polygon","coordinates":[[[0,0],[8,0],[4,4],[0,0]]]},{"type":"Polygon","coordinates":[[[0,0],[4,-4],[8,0],[0,0]]]}])).coordinates[0][0][0]), 6)`,
    8,
  ],
  [
    `array_length(geo_union_polygons_array(dynamic([{"type":"Polygon","coordinates":[[[0,0],[8,0],[4,4],[0,0]]]},{"type":"Polygon","coordinates":[[[0,0],[4,-4],[8,0],[0,0]]]}])).coordinates[0])`,
    5n,
  ],
  [
    `tostring(geo_union_polygons_array(dynamic([{"type":"Polygon","coordinates":[[[0,0],[8,0],[4,4],[0,0]]]},{"type":"Polygon","coordinates":[[[4,4],[8,8],[0,8],[4,4]]]}])).type)`,
    'MultiPolygon',
  ],
  [
    `toscalar(print c = array_concat(dynamic(['sunny']), geo_geohash_neighbors('sunny')) | mv-expand c to typeof(string) | summarize a = make_list(geo_geohash_to_polygon(c)) | project array_length(geo_union_polygons_array(a).coordinates[0]))`,
    13n,
  ],
  // The polygon with fewer corners goes first, and the other decides where the ring begins.
  [`toreal(geo_union_polygons_array(pack_array(${SHELL}, ${FAR})).coordinates[0][0][0][0]) > 49`, true],
  [`tostring(geo_intersection_2polygons(${SHELL}, ${FAR}))`, '{"type":"GeometryCollection","geometries":[]}'],
  [`geo_intersection_2polygons(${SHELL}, ${POINT})`, null],
  [`array_length(geo_intersection_2polygons(${SHELL}, ${SHIFTED}).coordinates[0])`, 5n],
  [`tostring(geo_intersection_2lines(${LINE}, ${ACROSS}).type)`, 'Point'],
  [`round(toreal(geo_intersection_2lines(${LINE}, ${ACROSS}).coordinates[0]), 9)`, 0],
  [`tostring(geo_intersection_2lines(${TURN}, ${ACROSS}))`, '{"type":"GeometryCollection","geometries":[]}'],
  [`tostring(geo_intersection_2lines(${TURN}, ${TURN}).type)`, 'LineString'],
  [`geo_intersection_2lines(${LINE}, ${POINT})`, null],
  [`tostring(geo_intersection_line_with_polygon(${ACROSS}, ${SQUARE}).type)`, 'MultiLineString'],
  [`round(toreal(geo_intersection_line_with_polygon(${ACROSS}, ${SHELL}).coordinates[1][0]), 6)`, 10],
  [`round(toreal(geo_intersection_line_with_polygon(${SHORT}, ${SHELL}).coordinates[0][0]), 6)`, null],
  [`array_length(geo_union_lines_array(pack_array(${LINE}, ${TURN}, ${LINE})).coordinates)`, 4n],
  [`geo_union_lines_array(pack_array(${LINE}, ${POINT}))`, null],
  [`array_length(${EDGE}.coordinates)`, 6n],
  [`round(toreal(${EDGE}.coordinates[1][0]), 9)`, 20.25],
  // To the sphere and back: the last digit of 60 is lost, that of 61 is not.
  [`tostring(${EDGE}.coordinates[5])`, '[21.0,61.0]'],
  [`toreal(${EDGE}.coordinates[0][1]) < 60`, true],
  [`array_length(geo_polygon_densify(${SQUARE}, 10000).coordinates)`, 2n],
  [`geo_line_densify(${LINE}, 0.01)`, null],
  [`geo_polygon_densify(${SHELL}, 20000)`, null],
  [`geo_line_simplify(${SHORT}, 1000)`, null],
  [`geo_line_simplify(${LINE}, -1)`, null],
  [`geo_polygon_simplify(${POINT}, 10)`, null],
  [`geo_simplify_polygons_array(pack_array(${SHELL}, ${SHIFTED}), 7000000)`, null],
  ['array_length(geo_point_buffer(5, 5, 10000, 100).coordinates[0])', 24n],
  ['array_length(geo_point_buffer(5, 5, 100, 200).coordinates[0])', 4n],
  [
    'round(geo_distance_2points(toreal(geo_point_buffer(5, 5, 10000).coordinates[0][7][0]), toreal(geo_point_buffer(5, 5, 10000).coordinates[0][7][1]), 5, 5), 3)',
    10_000,
  ],
  ['round(geo_distance_point_to_polygon(5, 5, geo_point_buffer(5, 5, 10000)), 3)', 0],
  ['geo_point_buffer(5, 5, 10, 0)', null],
  [`geo_point_buffer(5, 5, -1)`, null],
  [`geo_point_buffer(5, 95, 10)`, null],
  [`geo_line_buffer(${LINE}, 0)`, null],
  [`geo_polygon_buffer(${POINT}, 5)`, null],
  [`round(geo_line_locate_point(${LINE}, 3, 2.5), 3)`, 0.25],
  [`geo_line_locate_point(${LINE}, 3, -4)`, 0],
  [`geo_line_locate_point(${LINE}, 3, 94)`, null],
  [`geo_polygon_to_s2cells(${TRIANGLE}, 7)`, '["10004","1000c","1001c"]'],
  // A cell holds sixteen two levels below it and touches the twenty around them.
  ['array_length(geo_polygon_to_s2cells(geo_s2cell_to_polygon("10c4"), 7))', 36n],
  [`toscalar(${COVERED} | summarize countif(not(geo_intersects_2polygons(geo_s2cell_to_polygon(c), ${RING}))))`, 0n],
  [
    `toscalar(${COVERED} | mv-expand n = geo_s2cell_neighbors(c) to typeof(string) | where not(set_has_element(all, n)) | summarize countif(geo_intersects_2polygons(geo_s2cell_to_polygon(n), ${RING})))`,
    0n,
  ],
  [`toscalar(${COVERED} | summarize array_length(make_set(c)) == count() and count() > 40)`, true],
  [`geo_polygon_to_s2cells(${SHELL}, 31)`, null],
  [`geo_polygon_to_s2cells(${SHELL}, 12)`, null],
  [`geo_polygon_to_s2cells(${POINT}, 3)`, null],
  [`geo_line_to_s2cells(${SHORT}, 12)[0] == geo_point_to_s2cell(2.2945, 48.8582, 12)`, true],
  [`array_length(geo_line_to_s2cells(${LINE}, 3))`, 4n],
  // By the middle of a cell: one such lies in the triangle, and none of a larger size.
  [`geo_polygon_to_h3cells(${TRIANGLE}, 3)`, '["83754efffffffff"]'],
  [`geo_polygon_to_h3cells(${TRIANGLE}, 1)`, '[]'],
  [`geo_polygon_to_h3cells(${TRIANGLE}, 15)`, null],
  [`array_index_of(geo_polygon_to_h3cells(${SHELL}, 4), geo_point_to_h3cell(2.0, 3.0, 4)) >= 0`, true],
  [`array_index_of(geo_polygon_to_h3cells(${SQUARE}, 4), geo_point_to_h3cell(5.0, 5.0, 4))`, -1n],
  ['geo_point_to_geohash(-80.195829, 25.802215, 8)', 'dhwfz15h'],
  ['geo_point_to_geohash(1, 1, int(null))', ''],
  ['geo_geohash_to_central_point("sunny")', '{"type":"Point","coordinates":[42.47314453125,23.70849609375]}'],
  ['geo_geohash_to_central_point("a")', null],
  ['geo_point_to_s2cell(-80.195829, 25.802215, 8)', '88d9b'],
  ['geo_point_to_s2cell(1, 1, 35)', ''],
  [
    'geo_point_to_s2cell(toreal(geo_s2cell_to_central_point("47b1d").coordinates[0]), toreal(geo_s2cell_to_central_point("47b1d").coordinates[1]), 8)',
    '47b1d',
  ],
  ['geo_from_wkt("MULTIPOINT (1 1, (2 2))")', '{"type":"MultiPoint","coordinates":[[1.0,1.0],[2.0,2.0]]}'],
  ['geo_from_wkt("LINESTRING (1)")', null],
  ['geo_point_to_h3cell(-74.04450446039874, 40.689250859314974, 6)', '862a1072fffffff'],
  ['geo_point_to_h3cell(300, 1, 8)', ''],
  ['geo_point_to_h3cell(1, 1, int(null))', ''],
  ["geo_h3cell_level('862a1072fffffff')", 6],
  ["geo_h3cell_level('abc')", null],
  ["geo_h3cell_parent('862a1072fffffff')", '852a1073fffffff'],
  ["geo_h3cell_parent('862a1072fffffff', 15)", ''],
  ["array_length(geo_h3cell_children('862a1072fffffff', 9))", 343n],
  ["array_length(geo_h3cell_children('862a1072fffffff', 12))", null],
  ["geo_h3cell_rings('861f8894fffffff', 1)[1][0]", '861f88947ffffff'],
  ["array_sort_asc(geo_h3cell_neighbors('862a1072fffffff'))[0]", '862a100d7ffffff'],
  [
    "array_sort_asc(geo_s2cell_neighbors('89c259'))",
    '["89c251","89c257","89c25b","89c25d","89c25f","89c2f5","89c2f7","89c2f9"]',
  ],
  // Three cells meet at a corner of the cube.
  ["array_length(geo_s2cell_neighbors('04'))", 7n],
  ["geo_geohash_neighbors('sunny')", '["sunnt","sunpj","sunnx","sunpn","sunnv","sunpp","sunnz","sunnw"]'],
  ["geo_geohash_neighbors('a')", null],
])
