"""French."""

from __future__ import annotations

from typing import Final

from wellclear.protocol.voice.language import Language

_CHECK_WORDS: Final = """
pomme barbe bicyclette livre bouteille autobus chameau chaise fromage enfant chocolat horloge café
maïs crocodile concombre désert médecin dauphin canard éléphant grenouille gant invité guitare miel
fer cuisine échelle lampe lion aimant microscope lune champignon musique aiguille journal hibou
perroquet pingouin pyramide reine rivière rose ciseaux mouton serpent neige savon araignée étoile
pierre soleil théâtre tomate tracteur train pantalon violon mariage baleine hiver loup
"""

FRENCH: Final = Language(
    tag="fr",
    right_to_left=False,
    labels=(
        "De (qui parle)",
        "À",
        "Type de message",
        "Identifiant",
        "Version",
        "Catégorie",
        "Volume, sur combien",
        "Forme et nombre de points",
        "Tampon autour (rayon, demi-largeur)",
        "Plancher",
        "Plafond",
        "De (UTC)",
        "À (UTC)",
        "Danger résiduel",
        "Accord",
        "Priorité",
        "Remarques",
        "Mots de contrôle",
    ),
    position="Point",
    page="page {number} sur {count}",
    kinds={
        "NOTICE": "préavis",
        "AMEND": "modification",
        "WITHDRAW": "retrait du préavis",
        "HAZARD": "danger",
        "ALL-CLEAR": "fin de danger",
        "STOP": "stop",
        "EMERGENCY": "urgence",
    },
    cores={
        "POINT": "point",
        "LINE": "ligne",
        "AREA": "zone",
    },
    none="néant",
    as_page_one="comme page 1",
    how_to=(
        "Lisez chaque ligne avec son numéro, chiffre par chiffre ; à la fin le nombre de contrôle après l'étoile.",
        "L'autre partie dit le nombre de contrôle de son écran. S'il diffère, relisez la ligne.",
        "À la fin de chaque page, lisez les mots de contrôle. Tout est bien entendu seulement s'ils concordent.",
    ),
    check_words=tuple(_CHECK_WORDS.split()),
)
