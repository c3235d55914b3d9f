"""What the DSS answers, taken apart."""

from __future__ import annotations

from typing import Any

import httpx


def subscription(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["subscription"]
    return found


def reference(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()["operational_intent_reference"]
    return found


def told(answer: httpx.Response) -> dict[str, dict[str, int]]:
    """Notification index by subscription by address."""
    return {
        one["uss_base_url"]: {state["subscription_id"]: state["notification_index"] for state in one["subscriptions"]}
        for one in answer.json()["subscribers"]
    }
