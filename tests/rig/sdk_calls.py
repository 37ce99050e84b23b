"""sdk_calls.py CASE URL: makes one call with the vendor's own SDK to a server at URL, which records it and refuses it.

The conversation is the same everywhere; tests/llm_sdk.rs makes the same call with ours.
"""
import base64
import os
import sys

SYSTEM = "Be brief."
QUESTION, ANSWER, REQUEST = "Hello", "Hi there", "Describe the picture."
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DATA = base64.b64encode(PNG).decode()
URL = "data:image/png;base64," + DATA
KEY = "key-for-the-sdk"
STOP = ["</end>"]


def chat_messages(picture=True, marked=False):
    """The conversation as chat completions have it."""
    if marked:
        system = [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}]
    else:
        system = SYSTEM
    last = [{"type": "text", "text": REQUEST}, {"type": "image_url", "image_url": {"url": URL, "detail": "high"}}]
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": ANSWER},
        {"role": "user", "content": last if picture else REQUEST},
    ]


def openai_client(url):
    import openai

    return openai.OpenAI(api_key=KEY, base_url=url, max_retries=0)


def stream(answer):
    for _ in answer:
        pass


def openai_chat(url):
    stream(openai_client(url + "/v1").chat.completions.create(
        model="gpt-x", messages=chat_messages(), max_completion_tokens=1000, reasoning_effort="low", stop=STOP,
        stream=True, stream_options={"include_usage": True}))


def openai_responses(url):
    item = lambda role, kind, text: {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    last = item("user", "input_text", REQUEST)
    last["content"].append({"type": "input_image", "image_url": URL, "detail": "high"})
    stream(openai_client(url + "/v1").responses.create(
        model="gpt-x", stream=True, store=False, max_output_tokens=1000, temperature=0.5, top_p=0.9,
        reasoning={"effort": "low", "summary": "auto"},
        input=[item("system", "input_text", SYSTEM), item("user", "input_text", QUESTION),
               item("assistant", "output_text", ANSWER), last]))


def azure(url):
    import openai

    client = openai.AzureOpenAI(api_key=KEY, azure_endpoint=url, api_version="2025-04-01-preview", max_retries=0)
    stream(client.chat.completions.create(
        model="my-deployment", messages=chat_messages(), max_completion_tokens=1000, temperature=0.5, top_p=0.9, stop=STOP,
        stream=True, stream_options={"include_usage": True}))


def deepseek(url):
    stream(openai_client(url).chat.completions.create(
        model="deepseek-x", messages=chat_messages(picture=False), max_tokens=1000, temperature=0.5, top_p=0.9, stop=STOP,
        stream=True, stream_options={"include_usage": True}, extra_body={"thinking": {"type": "enabled"}}))


def perplexity(url):
    import perplexity

    client = perplexity.Perplexity(api_key=KEY, base_url=url, max_retries=0)
    stream(client.chat.completions.create(
        model="sonar-x", messages=chat_messages(), max_tokens=1000, temperature=0.5, top_p=0.9, reasoning_effort="low", stop=STOP,
        stream=True, extra_body={"stream_options": {"include_usage": True}}))


def openrouter(url):
    import openrouter

    with openrouter.OpenRouter(api_key=KEY, server_url=url + "/api/v1") as client:
        stream(client.chat.send(
            model="anthropic/claude-x", messages=chat_messages(marked=True), max_tokens=1000, reasoning={"effort": "low"},
            stop=STOP, stream=True, stream_options={"include_usage": True}))


def ollama(url):
    """As Ollama's documentation shows it, with OpenAI's SDK."""
    stream(openai_client(url + "/v1").chat.completions.create(
        model="qwen-x", messages=chat_messages(), max_tokens=1000, temperature=0.5, top_p=0.9, stop=STOP,
        stream=True, stream_options={"include_usage": True}, reasoning_effort="low"))


def claude_arguments(name, thinking):
    block = lambda text: {"type": "text", "text": text}
    last = [block(REQUEST), {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}]
    arguments = {
        "model": name, "max_tokens": 2000, "stop_sequences": STOP, "stream": True,
        "system": [dict(block(SYSTEM), cache_control={"type": "ephemeral"})],
        "messages": [{"role": "user", "content": [block(QUESTION)]}, {"role": "assistant", "content": [block(ANSWER)]},
                     {"role": "user", "content": last}],
    }
    arguments.update(thinking)
    return arguments


def anthropic_messages(url):
    import anthropic

    client = anthropic.Anthropic(api_key=KEY, base_url=url, max_retries=0)
    stream(client.messages.create(**claude_arguments("claude-x", {"thinking": {"type": "enabled", "budget_tokens": 1500}})))


def anthropic_effort(url):
    import anthropic

    client = anthropic.Anthropic(api_key=KEY, base_url=url, max_retries=0)
    thinking = {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}
    stream(client.messages.create(**claude_arguments("claude-x", thinking)))


def gemini_call(client, thinking):
    from google.genai import types

    part = types.Part
    said = lambda role, parts: types.Content(role=role, parts=parts)
    stream(client.models.generate_content_stream(
        model="gemini-x",
        contents=[said("user", [part.from_text(text=QUESTION)]), said("model", [part.from_text(text=ANSWER)]),
                  said("user", [part.from_text(text=REQUEST), part.from_bytes(data=PNG, mime_type="image/png")])],
        config=types.GenerateContentConfig(
            system_instruction=types.Content(parts=[part.from_text(text=SYSTEM)]), max_output_tokens=1000, temperature=0.5, top_p=0.9,
            stop_sequences=STOP, thinking_config=types.ThinkingConfig(**thinking))))


def gemini(url):
    from google import genai

    gemini_call(genai.Client(api_key=KEY, http_options={"base_url": url, "api_version": "v1beta"}), {"include_thoughts": True, "thinking_budget": 500})


def google_credentials():
    from google.oauth2.credentials import Credentials

    return Credentials(token=KEY)


def vertex_gemini(url):
    from google import genai

    client = genai.Client(vertexai=True, project="my-project", location="europe-west4", credentials=google_credentials(),
                          http_options={"base_url": url})
    gemini_call(client, {"include_thoughts": True, "thinking_level": "LOW"})


def vertex_claude(url):
    import anthropic

    client = anthropic.AnthropicVertex(project_id="my-project", region="europe-west4", access_token=KEY, base_url=url + "/v1", max_retries=0)
    arguments = claude_arguments("claude-x@20260101", {"thinking": {"type": "enabled", "budget_tokens": 1500}})
    stream(client.messages.create(**arguments))


def bedrock(url):
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "bedrock-runtime", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", aws_session_token=os.environ.get("TOKEN_FOR_THE_SDK"),
        config=Config(retries={"total_max_attempts": 1}))
    client.converse_stream(
        modelId="eu.anthropic.claude-x-v1:0",
        system=[{"text": SYSTEM}, {"cachePoint": {"type": "default"}}],
        messages=[{"role": "user", "content": [{"text": QUESTION}]}, {"role": "assistant", "content": [{"text": ANSWER}]},
                  {"role": "user", "content": [{"text": REQUEST}, {"image": {"format": "png", "source": {"bytes": PNG}}}]}],
        inferenceConfig={"maxTokens": 2000, "stopSequences": STOP},
        additionalModelRequestFields={"thinking": {"type": "enabled", "budget_tokens": 1500}})


def sign(url):
    """Prints the signature that botocore makes for the request that is described on standard input."""
    import json
    from datetime import datetime, timezone
    from botocore import auth, awsrequest, credentials

    described = json.load(sys.stdin)
    at = datetime.fromtimestamp(described["seconds"], timezone.utc)

    auth.get_current_datetime = lambda remove_tzinfo=True: at.replace(tzinfo=None) if remove_tzinfo else at
    keys = credentials.Credentials(described["id"], described["secret"], described["token"])
    request = awsrequest.AWSRequest("POST", url, headers={"content-type": "application/json"}, data=described["body"].encode())
    auth.SigV4Auth(keys, "bedrock", described["region"]).add_auth(request)
    print(json.dumps({name.lower(): value for name, value in request.headers.items()}))


if __name__ == "__main__":
    # The SDKs must not find what the machine has of its own.
    for name in list(os.environ):
        if name.startswith(("AWS_", "GOOGLE_", "OPENAI_", "ANTHROPIC_", "GEMINI_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    case, url = sys.argv[1], sys.argv[2]
    try:
        globals()[case](url)
    except Exception as error:  # The server refuses every call.
        print(f"{type(error).__name__}: {error}"[:300])
