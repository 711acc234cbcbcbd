"""VN-2000 as constants: zones, the pinned operation, the bounds of plausible coordinates.

Apart from :mod:`parkgis.crs`, so that a question which transforms nothing need not load PROJ.
"""

OPERATION = "EPSG:6960"
"""VN-2000 to WGS 84 (2): the one operation by which anything here is transformed."""

OPERATION_NAME = "VN-2000 to WGS 84 (2)"  # how PROJ describes it
WGS84 = "EPSG:4326"

# EPSG code -> central meridian: every TM-3 zone of VN-2000 (k 0.9999) and the two UTM zones of the national
# topographic maps (k 0.9996). Read from EPSG v11.022 (PROJ 9.5.1).
TM3 = {
    5896: 102.0, 9205: 103.0, 9206: 104.0, 9207: 104.5, 9208: 104.75, 5897: 105.0, 9209: 105.5, 9210: 105.75, 9211: 106.0,
    9212: 106.25, 9213: 106.5, 9214: 107.0, 9215: 107.25, 9216: 107.5, 5899: 107.75, 5898: 108.0, 9217: 108.25, 9218: 108.5,
}  # fmt: skip
UTM = {3405: 105.0, 3406: 111.0}
TM3_SCALE, UTM_SCALE = 0.9999, 0.9996

TOWGS84 = (-191.90441429, -39.30318279, -111.45032835, 0.00928836, -0.01975479, 0.00427372, 0.252906278)
"""The operation as a ``TOWGS84`` has it (position vector): its rotations have the other sign than EPSG:6960's own."""

# (west, south, east, north) in degrees: outside is an alarm
VIETNAM = (102.0, 7.0, 118.0, 23.8)
PROVINCE = (105.6, 20.9, 107.2, 21.8)
