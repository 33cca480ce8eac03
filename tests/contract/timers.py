"""Makers of what Tickward's routes are about, for the scene: through GraphQL, as the organization's owner."""

from typing import Any

PROJECT = """mutation($org: String!, $input: CreateTimerProjectInput!) {
  createTimerProject(org: $org, input: $input) { projectKey } }"""
SHARE = """mutation($org: String!, $project: ID!) {
  shareTimer(org: $org, project: $project, key: "timer-of-mine") { key } }"""


async def project(scene: Any) -> str:
    """A project of timers: the space `spc-1` with the timer `tmr-1` in it."""
    timer = {"id": "timer-of-mine", "label": "Flight", "targetDate": "2036-10-10T09:30:00Z", "timezone": "UTC"}
    space = {"id": "space-of-mine", "name": "Travel", "timers": [timer]}
    made = await scene.world.gql(scene.who, PROJECT, org=scene.slug, input={"name": "Trips", "spaces": [space]})
    scene.ids |= {"spc-1": "space-of-mine", "tmr-1": "timer-of-mine"}
    return str(made["createTimerProject"]["projectKey"])


HOOK = """mutation($org: String!, $input: CreateWebhookInput!) {
  createWebhook(org: $org, input: $input) { endpoint { key } } }"""


async def hook(scene: Any) -> str:
    """What a webhook of Tickward's style goes by."""
    wanted = {"name": "Prod", "url": "https://hooks.example/", "style": "TICKWARD", "eventTypes": ["timer.ended"]}
    made = await scene.world.gql(scene.who, HOOK, org=scene.slug, input=wanted)
    return str(made["createWebhook"]["endpoint"]["key"])


async def share(scene: Any) -> str:
    """What a timer's public link goes by."""
    made = await scene.world.gql(scene.who, SHARE, org=scene.slug, project=await scene.id("tprj-1"))
    return str(made["shareTimer"]["key"])
