//! The client against a scripted server: the same reply over every wire format, and what is asked.

mod support;

use git_plandex::llm::{Delta, FinishReason, Request};
use git_plandex::plan::Usage;
use support::{FORMATS, Rule, ScriptedServer, client, complete, model, prompt};

/// Text that is cut badly at every place: several bytes per character, quotes, line ends, tags.
fn long_text() -> String {
    let line = "fn grüße() { println!(\"\\\"🎉\\\" \\u{1F600} \u{202e} <Plandex> data: x\"); }\r\n\n\tevent: z\u{2028}\0\n";
    line.repeat(60)
}

#[test]
fn the_same_text_arrives_over_every_format_in_chunks_of_every_size() {
    let text = long_text();
    for api in FORMATS {
        let server = ScriptedServer::start(vec![Rule::reply(&text).reasoning("hm, é…").usage(1000, 800, 77).piece(11)]);
        for size in [1, 7, 4096] {
            server.chunk(size);
            let reply = complete(&model(&server, api), &prompt("hello")).expect("a whole reply");
            assert_eq!(reply.text, text, "{api:?} in chunks of {size}");
            assert_eq!(reply.usage, Usage { input_tokens: 1000, cached_tokens: 800, output_tokens: 77 }, "{api:?} in chunks of {size}");
            assert_eq!(reply.finish, FinishReason::Stop);
        }
    }
}

#[test]
fn reasoning_comes_apart_from_text_and_the_output_limit_is_told() {
    for api in FORMATS {
        let server = ScriptedServer::start(vec![Rule::reply("an answer").reasoning("a thought").cut_short()]);
        let messages = prompt("x");
        let model = model(&server, api);
        let deltas = support::deltas(&client(), &Request::new(&model, &messages)).expect("a whole reply");
        let of = |pick: fn(&Delta) -> Option<&str>| deltas.iter().filter_map(pick).collect::<String>();
        assert_eq!(of(|delta| if let Delta::Reasoning(text) = delta { Some(text) } else { None }), "a thought", "{api:?}");
        assert_eq!(of(|delta| if let Delta::Text(text) = delta { Some(text) } else { None }), "an answer", "{api:?}");
        assert!(deltas.contains(&Delta::Finish(FinishReason::Length)), "{api:?}: {deltas:?}");
    }
}
