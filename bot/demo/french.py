"""Horizon in French: the texts that its people wrote, where the demo speaks French."""

from __future__ import annotations

from collections.abc import Mapping

INITIATIVES: Mapping[str, tuple[str, str]] = {
    "claims-assistant": (
        "Assistant sinistres",
        "Propose un règlement aux gestionnaires. Bon aux essais ; six mois après, 12 % d’entre eux s’en servent.",
    ),
    "support-chatbot": (
        "Chatbot du service client",
        "Répond aux clients en moins de deux secondes, et passe 45 % des conversations à un humain.",
    ),
    "mortgage-scoring": (
        "Score crédit immobilier",
        "Note les demandes de crédit immobilier. Deux autres équipes construisent presque le même modèle.",
    ),
    "recommender": (
        "Recommandation de produits",
        "Recommande aux clients leur prochain produit. Personne n’a encore trouvé les données nécessaires.",
    ),
    "invoice-reading": (
        "Lecture de factures",
        "Lit les factures des fournisseurs et remplit les comptes. Un gain rapide, en trois mois.",
    ),
    "consumer-scoring": (
        "Score crédit conso",
        "Note les demandes de crédit à la consommation avec son propre modèle, à côté de celui de l’immobilier.",
    ),
    "wealth-scoring": (
        "Score patrimoine",
        "Un troisième modèle de score, pour la clientèle fortunée. Pourrait reprendre celui de l’immobilier.",
    ),
    "contract-search": (
        "Recherche dans les contrats",
        "Trouve des clauses dans 40 000 contrats, en secondes et non en heures.",
    ),
    "fraud-alerts": (
        "Alertes fraude",
        "Signale à un enquêteur les sinistres qui semblent faux. Gain élevé, douze mois de travail.",
    ),
    "churn-forecast": (
        "Prévision des départs",
        "Dit quels clients vont partir, deux mois à l’avance.",
    ),
    "complaint-sorting": (
        "Tri des réclamations",
        "Envoie chaque réclamation à qui peut la régler. La moitié de l’équipe préférerait continuer à tout lire.",
    ),
    "branch-staffing": (
        "Effectifs en agence",
        "Prévoit combien de conseillers il faut chaque jour en agence. Les syndicats veulent le voir avant.",
    ),
    "cash-forecast": (
        "Prévision de trésorerie",
        "Prévoit la trésorerie du groupe à treize semaines, deux fois plus juste que le tableur.",
    ),
    "portfolio-notes": (
        "Lettres de portefeuille",
        "Rédige la lettre trimestrielle à chaque client. Deux projets sur trois sont réécrits.",
    ),
    "damage-photos": (
        "Photos de dégâts",
        "Estime les réparations d’après photos, à 8 % près de la facture du garage.",
    ),
    "code-assistant": (
        "Assistant de code",
        "Propose du code à 60 développeurs. Les licences coûtent plus que prévu.",
    ),
    "call-summaries": (
        "Résumés d’appels",
        "Résume chaque appel pour le dossier ; quatre-vingt-dix secondes gagnées par appel.",
    ),
    "credit-letters": (
        "Lettres de refus de crédit",
        "Explique en mots simples pourquoi un prêt est refusé. La conformité n’en a encore lu aucune.",
    ),
    "expense-checks": (
        "Contrôle des frais",
        "Signale les notes de frais étranges. En trouve à peine plus que l’audit annuel.",
    ),
    "client-onboarding": (
        "Entrée en relation",
        "Lit les pièces d’identité et remplit le dossier : deux jours au lieu de neuf.",
    ),
    "policy-answers": (
        "Réponses sur les contrats",
        "Répond aux questions des gestionnaires d’après le contrat, avec la page où c’est écrit.",
    ),
    "server-failures": (
        "Pannes de serveurs",
        "Dit un jour à l’avance quels serveurs vont tomber. Personne n’a compté les pannes jusqu’ici.",
    ),
    "voice-signature": (
        "Signature vocale",
        "Reconnaît les clients à leur voix. Les juristes sont partagés.",
    ),
    "early-arrears": (
        "Premiers impayés",
        "Repère les clients qui vont manquer une échéance, pour qu’on les appelle à temps.",
    ),
    "supplier-risk": (
        "Risque fournisseurs",
        "Lit l’actualité de 900 fournisseurs. Presque tout ce qu’il signale est déjà connu.",
    ),
    "succession-letters": (
        "Lettres de succession",
        "Réunit ce qu’il faut dire aux héritiers, et le rédige.",
    ),
    "meeting-notes": (
        "Notes de réunion",
        "Rédige les notes des réunions internes.",
    ),
    "document-sorting": (
        "Tri du courrier",
        "Trie le courrier entrant par sinistre.",
    ),
}
"""Title and summary, by initiative."""

KPIS: Mapping[str, str] = {
    "claims-adoption": "Assistant sinistres : adoption",
    "chatbot-escalation": "Chatbot : conversations passées à un humain",
    "chatbot-csat": "Chatbot : satisfaction des équipes",
    "chatbot-saving": "Chatbot : économie par mois",
    "claims-days": "Sinistres simples : jours jusqu’au règlement",
}
"""Titles, by KPI."""

RITUALS: Mapping[str, str] = {
    "prioritisation": "Comité de priorisation IA",
    "pulse": "Pulse des outils IA",
    "figures": "Nos outils IA cette semaine",
    "review": "Revue des KPI IA",
    "digest": "La lettre du changement",
}
"""Titles, by ritual."""
