"""What a token grants: who may read, change and hear of what."""

from __future__ import annotations

from collections.abc import Callable

from rig.utm import PLANNER, World, identifier, volume
from rig.utm_answers import reference
from wellclear.api.utm.tokens.scopes import UtmScope

Play = Callable[..., None]
ACTIVE = {"new_subscription": {"uss_base_url": "https://uss1.example.com/utm"}}
CONSTRAINED = {"new_subscription": {**ACTIVE["new_subscription"], "notify_for_constraints": True}}
MONITOR = (UtmScope.CONFORMANCE_MONITORING_SA,)


def test_a_token_decides_who_may_do_what(play: Play) -> None:
    async def script(world: World) -> None:
        path = f"/dss/v1/operational_intent_references/{identifier(1)}"
        bare = await world.client.get(path)
        assert (bare.status_code, bare.headers["www-authenticate"]) == (401, "Bearer")
        assert (await world.uss(scopes=(UtmScope.CONSTRAINT_PROCESSING,)).get_intent(1)).status_code == 403
        assert (await world.uss(scopes=("utm.nothing",)).put_intent(1)).status_code == 403
        assert (await world.uss(scopes=PLANNER).get_intent(1)).status_code == 404

    play(script)


def test_who_may_not_hear_of_intents_gets_no_implicit_subscription(play: Play) -> None:
    async def script(world: World) -> None:
        uss, monitor = world.uss(scopes=PLANNER), world.uss(scopes=MONITOR)
        refused = await monitor.put_intent(1, **ACTIVE)
        assert (refused.status_code, refused.json()["code"]) == (403, "utm-scope")
        made = reference(await monitor.put_intent(1))
        for state in ("Activated", "Nonconforming", "Contingent"):
            assert (await monitor.put_intent(1, ovn=made["ovn"], state=state, **ACTIVE)).status_code == 403
        assert (await uss.put_intent(1, ovn=made["ovn"], **CONSTRAINED)).status_code == 403
        made = reference(await uss.put_intent(1, ovn=made["ovn"], **ACTIVE))
        named = {"subscription_id": made["subscription_id"]}
        for state in ("Accepted", "Activated", "Nonconforming", "Contingent"):
            made = reference(await monitor.put_intent(1, ovn=made["ovn"], state=state, **named))
        assert (await monitor.delete_intent(1, made["ovn"])).status_code == 200

    play(script)


def test_who_may_hear_of_constraints_too_gets_an_implicit_subscription_for_them(play: Play) -> None:
    async def script(world: World) -> None:
        processing = (*PLANNER, UtmScope.CONSTRAINT_PROCESSING)
        assert (await world.uss(scopes=processing).put_intent(1, **CONSTRAINED)).status_code == 201
        both = (*MONITOR, UtmScope.CONSTRAINT_PROCESSING)
        assert (await world.uss(scopes=both).put_intent(2, [volume(lat=47)], **CONSTRAINED)).status_code == 403

    play(script)
