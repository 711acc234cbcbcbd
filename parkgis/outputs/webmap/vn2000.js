// WGS 84 to the grids of VN-2000, as EPSG:6960 and the TM-3 zones define them; tests hold it to pyproj.

const A = 6378137; // both datums stand on the WGS 84 ellipsoid
const F = 1 / 298.257223563;
const E2 = F * (2 - F);
const SCALE = 0.9999;
const FALSE_EAST_M = 500_000;
const SECOND = Math.PI / 648_000;

// EPSG:6960, VN-2000 to WGS 84 (2), coordinate-frame rotation: metres, seconds of arc, parts per million
const SHIFT_M = [-191.90441429, -39.30318279, -111.45032835];
const TURN = [-0.00928836, 0.01975479, -0.00427372].map((angle) => angle * SECOND);
const STRETCH = 1 + 0.252906278e-6;

/**
 * Return east and north, metres, of a place in a TM-3 zone of VN-2000.
 * @param {{lat: number, lng: number}} place WGS 84, degrees
 * @param {number} lon0 central meridian, degrees
 * @returns {[number, number]}
 */
export function toVn2000({ lat, lng }, lon0) {
  const [phi, lambda] = geodetic(shifted(geocentric((lat * Math.PI) / 180, (lng * Math.PI) / 180)));
  return gridOf(phi, lambda - (lon0 * Math.PI) / 180);
}

/**
 * @param {number} phi
 * @param {number} lambda
 * @returns {[number, number, number]}
 */
function geocentric(phi, lambda) {
  const n = A / Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
  return [n * Math.cos(phi) * Math.cos(lambda), n * Math.cos(phi) * Math.sin(lambda), n * (1 - E2) * Math.sin(phi)];
}

/**
 * Undo the shift to WGS 84: the rotations are so small that turning back is turning the other way (to 1e-9 m).
 * @param {[number, number, number]} at
 * @returns {[number, number, number]}
 */
function shifted(at) {
  const [x, y, z] = at.map((value, i) => (value - SHIFT_M[i]) / STRETCH);
  const [rx, ry, rz] = TURN;
  return [x - rz * y + ry * z, rz * x + y - rx * z, -ry * x + rx * y + z];
}

/** @param {[number, number, number]} at */
function geodetic([x, y, z]) {
  const across = Math.hypot(x, y);
  let phi = Math.atan2(z, across * (1 - E2));
  for (let turn = 0; turn < 6; turn++) {
    const n = A / Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
    phi = Math.atan2(z + E2 * n * Math.sin(phi), across);
  }
  return [phi, Math.atan2(y, x)];
}

/**
 * Transverse Mercator by Krueger's series to the fourth power of n: exact to a tenth of a millimetre in a zone.
 * @param {number} phi
 * @param {number} lambda from the central meridian
 * @returns {[number, number]}
 */
function gridOf(phi, lambda) {
  const n = F / (2 - F);
  const alpha = [
    n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180,
    (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440,
    (61 * n ** 3) / 240 - (103 * n ** 4) / 140,
    (49561 * n ** 4) / 161280,
  ];
  const e = Math.sqrt(E2), sin = Math.sin(phi);
  const t = Math.sinh(Math.atanh(sin) - e * Math.atanh(e * sin));
  const xi = Math.atan2(t, Math.cos(lambda)), eta = Math.asinh(Math.sin(lambda) / Math.hypot(t, Math.cos(lambda)));
  let north = xi, east = eta;
  alpha.forEach((a, i) => {
    const k = 2 * (i + 1);
    north += a * Math.sin(k * xi) * Math.cosh(k * eta);
    east += a * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  const radius = (A / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64) * SCALE;
  return [FALSE_EAST_M + radius * east, radius * north];
}
