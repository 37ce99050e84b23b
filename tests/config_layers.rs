//! Settings from all layers: which one wins, what contradicts what, what gives consent.

use git_plandex::config::{
    Edit, FlagValue, Key, Layer, Layers, Level, Missing, Notice, Place, Settings, SettingsError, edit_level, edit_setting,
};
use git_plandex::git::{ConfigEntry, ConfigScope};
use git_plandex::plan::PlanMeta;

/// Values for one test; every layer is empty unless given.
#[derive(Default)]
struct Given {
    git: Vec<ConfigEntry>,
    plan: Option<PlanMeta>,
    env: Vec<(String, String)>,
    flags: Vec<FlagValue>,
}

impl Given {
    fn git(mut self, scope: ConfigScope, name: &str, value: &str) -> Self {
        let origin = format!("file:{scope:?}");
        self.git.push(ConfigEntry { name: name.to_lowercase(), value: Some(value.into()), scope, origin });
        self.git.sort_by_key(|entry| entry.scope);
        self
    }

    fn plan(mut self, name: &str, value: &str) -> Self {
        let plan = self.plan.get_or_insert_with(|| PlanMeta { id: "abc123".into(), ..PlanMeta::default() });
        plan.config.insert(name.into(), value.into());
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    fn flag(mut self, key: Key, value: &str, flag: &'static str) -> Self {
        self.flags.push(FlagValue { key, value: value.into(), flag });
        self
    }

    fn load(&self) -> Result<Settings, SettingsError> {
        let env = |name: &str| self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Settings::load(&Layers { git: &self.git, plan: self.plan.as_ref(), env: &env, flags: &self.flags })
    }

    fn settings(&self) -> Settings {
        self.load().expect("valid settings")
    }
}

#[test]
fn without_anything_the_level_is_semi() {
    let settings = Given::default().settings();
    assert_eq!(settings.level(), Level::Semi);
    assert!(settings.bool(Key::AutoContinue) && settings.bool(Key::AutoCommit) && !settings.bool(Key::AutoApply));
    assert_eq!((settings.int(Key::MaxReplies), settings.missing(), settings.text(Key::Editor)), (200, Missing::Ask, None));
    assert_eq!(settings.source(Key::MaxReplies).to_string(), "default");
    assert_eq!(settings.source(Key::AutoBuild).to_string(), "auto-mode semi, default");
    assert!(settings.notices().is_empty());
}

#[test]
fn each_layer_beats_the_one_below_it() {
    let mut given = Given::default();
    type Step = (fn(Given) -> Given, Layer);
    let steps: [Step; 9] = [
        (|g| g.git(ConfigScope::System, "plandex.maxReplies", "11"), Layer::System),
        (|g| g.git(ConfigScope::Global, "plandex.maxReplies", "12"), Layer::User),
        (|g| g.git(ConfigScope::Local, "plandex.maxReplies", "13"), Layer::Repository),
        (|g| g.git(ConfigScope::Worktree, "plandex.maxReplies", "14"), Layer::Worktree),
        (|g| g.plan("max-replies", "15"), Layer::Plan),
        (|g| g.git(ConfigScope::Local, "plandex.abc123.maxReplies", "16"), Layer::PlanLocal),
        (|g| g.env("PLANDEX_MAX_REPLIES", "17"), Layer::Environment),
        (|g| g.git(ConfigScope::Command, "plandex.maxReplies", "18"), Layer::Command),
        (|g| g.flag(Key::MaxReplies, "19", "--max-replies"), Layer::Flag),
    ];
    for (at, (add, layer)) in steps.into_iter().enumerate() {
        given = add(given);
        let settings = given.settings();
        assert_eq!((settings.int(Key::MaxReplies), settings.source(Key::MaxReplies).layer), (11 + at as u64, layer));
    }
}

#[test]
fn a_level_on_the_command_line_means_the_whole_level() {
    let settings = Given::default()
        .git(ConfigScope::Global, "plandex.autoContinue", "false")
        .git(ConfigScope::Local, "plandex.autoApply", "no")
        .flag(Key::AutoMode, "full", "--full")
        .settings();
    assert!(settings.bool(Key::AutoContinue) && settings.bool(Key::AutoApply));
    assert_eq!(settings.source(Key::AutoApply).to_string(), "auto-mode full, command line (--full)");
    assert!(settings.off_level().is_empty());
}

#[test]
fn within_a_layer_a_key_beats_the_level() {
    let settings = Given::default()
        .git(ConfigScope::Local, "plandex.autoMode", "full")
        .git(ConfigScope::Local, "plandex.smartContext", "off")
        .settings();
    assert!(!settings.bool(Key::SmartContext) && settings.bool(Key::AutoApply));
    assert_eq!(settings.off_level(), [Key::SmartContext]);
}

#[test]
fn configuration_that_contradicts_itself_never_fails_a_run() {
    let both = Given::default().git(ConfigScope::Local, "plandex.autoApply", "true").git(ConfigScope::Local, "plandex.autoBuild", "false");
    let settings = both.settings();
    assert!(!settings.bool(Key::AutoBuild) && !settings.bool(Key::AutoApply), "of two equals the one that does less stays");
    assert_eq!(settings.source(Key::AutoApply).to_string(), "because of auto-build, repository (file:Local)");
    let stronger = both.flag(Key::AutoApply, "true", "--apply").settings();
    assert!(stronger.bool(Key::AutoBuild) && stronger.bool(Key::AutoApply), "the flag wins over the file");
    let exec = Given::default().git(ConfigScope::Local, "plandex.autoExec", "true").settings();
    assert!(!exec.bool(Key::AutoExec) && !exec.bool(Key::AutoApply), "a key for later has no effect");
    assert!(matches!(exec.notices(), [Notice::NotOffered { .. }]));
}

#[test]
fn only_flags_that_contradict_each_other_are_an_error() {
    let error = Given::default()
        .flag(Key::AutoApply, "true", "--apply")
        .flag(Key::AutoBuild, "false", "--no-build")
        .load()
        .expect_err("the flags exclude each other");
    assert_eq!(error.to_string(), "--no-build and --apply exclude each other");
    let settings = Given::default().flag(Key::AutoMode, "full", "--full").flag(Key::AutoBuild, "false", "--no-build").settings();
    assert!(!settings.bool(Key::AutoApply), "a level and an exception to it are no contradiction");
}

#[test]
fn a_plan_never_gives_consent_but_may_take_it_away() {
    let fetched = Given::default().plan("auto-mode", "full").plan("auto-apply", "true");
    let settings = fetched.settings();
    assert!(!settings.bool(Key::AutoApply));
    assert_eq!(settings.level(), Level::Full, "what gives no consent follows the plan");
    assert_eq!(settings.notices(), [Notice::Consent { key: Key::AutoApply }]);
    let here = fetched.git(ConfigScope::Local, "plandex.abc123.autoMode", "full").settings();
    assert!(here.bool(Key::AutoApply), "this clone's own word counts");
    let elsewhere = Given::default().plan("missing", "skip").git(ConfigScope::Global, "plandex.abc123.autoApply", "true").settings();
    assert!(!elsewhere.bool(Key::AutoApply), "a file that several clones share says nothing about one clone's plan");
    let another = Given::default().plan("missing", "skip").git(ConfigScope::Local, "plandex.fff.autoApply", "true").settings();
    assert!(!another.bool(Key::AutoApply), "another plan's consent");
    let less = Given::default().git(ConfigScope::Global, "plandex.autoMode", "full").plan("auto-mode", "none").settings();
    assert!(!less.bool(Key::AutoApply) && !less.bool(Key::AutoCommit));
}

#[test]
fn no_setting_of_a_plan_turns_on_what_needs_consent() {
    for level in Level::ALL {
        for user in Level::ALL {
            let before = Given::default().git(ConfigScope::Global, "plandex.autoMode", user.as_str());
            let plain = before.settings();
            let hostile =
                before.plan("auto-mode", level.as_str()).plan("auto-build", "true").plan("skip-commit", "false").plan("auto-commit", "1");
            for key in [Key::AutoApply, Key::AutoCommit] {
                assert!(plain.bool(key) || !hostile.settings().bool(key), "{key} at {user} with a plan of {level}");
            }
        }
    }
}

#[test]
fn an_invalid_value_names_key_value_place_and_what_is_allowed() {
    let cases = [
        (
            Given::default().git(ConfigScope::Global, "plandex.autoMode", "turbo"),
            "'turbo' is not a value of plandex.autoMode, set in user (file:Global); use none, basic, plus, semi, full",
        ),
        (
            Given::default().env("PLANDEX_AUTO_BUILD", "maybe"),
            "'maybe' is not a value of PLANDEX_AUTO_BUILD, set in environment (PLANDEX_AUTO_BUILD); use true or false",
        ),
        (Given::default().plan("max-replies", "0"), "'0' is not a value of max-replies, set in plan; use a whole number from 1 to 200"),
    ];
    for (given, message) in cases {
        assert_eq!(given.load().expect_err("the value is invalid").to_string(), message);
    }
}

#[test]
fn a_dashed_key_in_git_config_is_reported_with_the_right_one() {
    let settings = Given::default()
        .git(ConfigScope::Local, "plandex.auto-continue", "false")
        .git(ConfigScope::Local, "plandex.autoaply", "true")
        .git(ConfigScope::Local, "plandex.theme", "dark")
        .settings();
    assert!(settings.bool(Key::AutoContinue));
    let notices: Vec<_> = settings.notices().iter().map(ToString::to_string).collect();
    assert_eq!(
        notices,
        [
            "'plandex.auto-continue' in file:Local is not read: use 'plandex.autoContinue'",
            "'plandex.autoaply' in file:Local is not a setting; did you mean 'auto-apply'?",
            "'plandex.theme' in file:Local is not a setting",
        ]
    );
}

#[test]
fn the_pack_of_a_plan_stands_with_its_models() {
    let mut plan = PlanMeta { id: "abc123".into(), ..PlanMeta::default() };
    edit_setting("modelPack", Some("mine"), &Place::Plan { id: plan.id.clone() }).expect("valid").change_meta(&mut plan);
    assert_eq!(plan.models.get("pack").map(String::as_str), Some("mine"));
    let settings = Given { plan: Some(plan), ..Given::default() }.settings();
    assert_eq!((settings.text(Key::ModelPack), settings.source(Key::ModelPack).layer), (Some("mine"), Layer::Plan));
}

#[test]
fn a_change_is_checked_and_written_as_git_spells_it() {
    let edit = edit_setting("Auto-Build", Some("OFF"), &Place::Repository).expect("valid");
    assert_eq!(
        (edit.git[0].scope, edit.git[0].name.as_str(), edit.git[0].value.as_deref()),
        (ConfigScope::Local, "plandex.autoBuild", Some("false"))
    );
    let message = |name: &str, value: &str| edit_setting(name, Some(value), &Place::User).expect_err("refused").to_string();
    assert_eq!(message("auto-buidl", "on"), "there is no setting 'auto-buidl'; did you mean 'auto-build'?");
    assert_eq!(message("missing", "guess"), "'guess' is not a value of missing; use ask, load, skip, overwrite");
    assert_eq!(message("can-exec", "on"), "'can-exec' cannot be set in this version");
}

#[test]
fn consent_for_a_plan_is_kept_in_this_clone_and_the_rest_in_the_plan() {
    let place = Place::Plan { id: "abc123".into() };
    let consent = edit_setting("auto-apply", Some("yes"), &place).expect("valid");
    assert!(consent.plan.is_empty());
    assert_eq!(consent.git[0].name, "plandex.abc123.autoApply");
    let plain = edit_setting("missing", Some("skip"), &place).expect("valid");
    assert_eq!(plain, Edit { git: Vec::new(), plan: vec![("missing".into(), Some("skip".into()))] });
}

#[test]
fn setting_a_level_makes_it_hold_whatever_was_set_there_before() {
    for level in Level::ALL {
        let mut plan = PlanMeta { id: "abc123".into(), ..PlanMeta::default() };
        plan.config.extend([("auto-build".to_string(), "false".to_string()), ("missing".into(), "load".into())]);
        let edit = edit_level(level, &Place::Plan { id: plan.id.clone() });
        edit.change_meta(&mut plan);
        let mut given = Given { plan: Some(plan), ..Given::default() };
        for write in edit.git {
            if let Some(value) = write.value {
                given = given.git(write.scope, &write.name, &value);
            }
        }
        let settings = given.settings();
        assert_eq!((settings.level(), settings.off_level(), settings.missing()), (level, Vec::new(), Missing::Load));
    }
}
