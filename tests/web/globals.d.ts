// What the page has beside our modules.

/** The map that folium makes. */
declare const map_parkgis: L.Map;
