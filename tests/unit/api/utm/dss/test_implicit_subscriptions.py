"""Implicit subscriptions: as long and as wide as the intents that hang on them, and gone with the last."""

from __future__ import annotations

from collections.abc import Callable

from rig.utm import World, identifier, volume
from rig.utm_answers import reference, subscription, told
from wellclear.api.utm.tokens.scopes import UtmScope

Play = Callable[..., None]
PROCESSOR = (UtmScope.CONSTRAINT_PROCESSING,)
WIDE = volume(radius_m=1000, heights_m=(0, 500), minutes=(0, 60))
IMPLICIT = {"new_subscription": {"uss_base_url": "https://uss1.example.com/utm"}}


def test_an_implicit_subscription_has_the_intents_extent_and_ends_with_it(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = await uss.put_intent(1, **IMPLICIT)
        named = reference(made)["subscription_id"]
        found = subscription(await uss.get_subscription(named))
        assert found["implicit_subscription"]
        assert found["dependent_operational_intents"] == [identifier(1)]
        assert (found["time_start"], found["time_end"]) == (volume()["time_start"], volume()["time_end"])
        assert told(made) == {uss.url: {named: 1}}
        ended = await uss.delete_intent(1, reference(made)["ovn"])
        assert told(ended) == {uss.url: {named: 2}}
        assert (await uss.get_subscription(named)).status_code == 404

    play(script)


def test_an_implicit_subscription_of_an_intent_of_three_days_tells_of_the_last_of_them(play: Play) -> None:
    async def script(world: World) -> None:
        uss, three = world.uss(), [volume(minutes=(10, 3 * 24 * 60))]
        assert (await uss.put_subscription(9, three[0])).status_code == 400
        made = reference(await uss.put_intent(1, three, **IMPLICIT))
        made = reference(await uss.put_intent(1, three, ovn=made["ovn"], state="Activated", **IMPLICIT))
        found = subscription(await uss.get_subscription(made["subscription_id"]))
        assert (found["time_start"], found["time_end"]) == (three[0]["time_start"], three[0]["time_end"])
        late = [volume(minutes=(3 * 24 * 60 - 10, 3 * 24 * 60 + 10))]
        other = await world.uss("uss2").put_intent(2, late, key=[made["ovn"]])
        assert made["subscription_id"] in told(other)[uss.url]
        await uss.delete_intent(1, made["ovn"])
        assert (await uss.get_subscription(made["subscription_id"])).status_code == 404

    play(script)


def test_an_implicit_subscription_grows_and_ends_with_the_last_intent(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        first = reference(await uss.put_intent(1, **IMPLICIT))
        named = first["subscription_id"]
        away = [volume(lat=46.2, minutes=(50, 60))]
        second = reference(await uss.put_intent(2, away, subscription_id=named))
        assert second["subscription_id"] == named
        found = subscription(await uss.get_subscription(named))
        assert found["time_end"] == away[0]["time_end"]
        assert named in told(await world.uss("uss2").put_intent(3, away, key=[second["ovn"]]))[uss.url]
        await uss.delete_intent(1, first["ovn"])
        assert subscription(await uss.get_subscription(named))["dependent_operational_intents"] == [identifier(2)]
        await uss.delete_intent(2, second["ovn"])
        assert (await uss.get_subscription(named)).status_code == 404

    play(script)


def test_an_intent_that_takes_another_subscription_leaves_no_implicit_one_behind(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        await uss.put_subscription(1)
        made = reference(await uss.put_intent(2, **IMPLICIT))
        for change in ({**IMPLICIT}, {"subscription_id": identifier(1)}, {}):
            changed = reference(await uss.put_intent(2, ovn=made["ovn"], **change))
            former = await uss.get_subscription(made["subscription_id"])
            assert former.status_code == (404 if made["subscription_id"] != identifier(1) else 200)
            made = changed

    play(script)


def test_an_implicit_subscription_is_not_changed_by_hand(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        named = reference(await uss.put_intent(1, **IMPLICIT))["subscription_id"]
        version = subscription(await uss.get_subscription(named))["version"]
        body = {"extents": WIDE, "uss_base_url": uss.url, "notify_for_operational_intents": True}
        assert (await uss.ask("PUT", f"subscriptions/{named}/{version}", body)).status_code == 400
        assert (await uss.ask("DELETE", f"subscriptions/{named}/{version}")).status_code == 400

    play(script)
