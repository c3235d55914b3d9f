"""Geographical zones for unmanned aircraft: EUROCAE ED-269 and ED-318; docs/formats/geozones.md describes both."""
