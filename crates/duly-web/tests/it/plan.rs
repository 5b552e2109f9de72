//! What is promised: signed by a manager, and below the minimum only with the owner's word.

use axum::http::StatusCode;

use crate::world::World;

const PATH: &str = "/clients/baker/plan";

async fn plans(world: &World) -> usize {
    world.store.plans(&"baker".into()).await.unwrap().len()
}

#[tokio::test]
async fn a_plan_below_the_minimum_waits_for_the_owner_and_holds_once_agreed() {
    let world = World::new().await;
    let (mara, omar) = (
        world.cookie(&world.mara).await,
        world.cookie(&world.omar).await,
    );
    let before = plans(&world).await;
    let thin = "effective=2026-11-25&times%3Abackup.restore-test=12&times%3Aacct.review=12";
    let refused = world.post(PATH, &mara, &format!("{thin}&reason=")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("12 times a year; the least is 24."),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("say why, and it is put to them"));
    assert_eq!(plans(&world).await, before);
    let put = world
        .post(PATH, &mara, &format!("{thin}&reason=it+hardly+changes"))
        .await;
    assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.body);
    assert_eq!(plans(&world).await, before, "not signed yet");

    let page = world.get(PATH, &omar).await;
    assert!(page.body.contains("it hardly changes") && page.body.contains("Agree to less"));
    let staff = world.get(PATH, &mara).await;
    assert!(!staff.body.contains("Agree to less"));
    let baker = "baker".into();
    let waiting = world.store.proposed_plan(&baker).await.unwrap().unwrap();
    let answer = format!("{PATH}/{}", waiting.id);
    let forbidden = world.post(&answer, &mara, "answer=agree").await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let agreed = world.post(&answer, &omar, "answer=agree").await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER);
    assert_eq!(plans(&world).await, before + 1);
    let again = world.post(&answer, &omar, "answer=agree").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let page = world.get(PATH, &mara).await;
    assert!(page.body.contains("below the minimum"));
}

#[tokio::test]
async fn everything_wrong_with_a_plan_is_said_and_nothing_is_lost() {
    let world = World::new().await;
    let mara = world.cookie(&world.mara).await;
    let form = "effective=soon&times%3Abackup.restore-test=often&times%3Aown.thing=3&reason=x";
    let refused = world.post(PATH, &mara, form).await;
    for words in [
        "as YYYY-MM-DD",
        "a number from 1 to",
        "own.thing is not published",
    ] {
        assert!(refused.body.contains(words), "{words}");
    }
    assert!(refused.body.contains("value=\"often\""));
    let past = "effective=2026-11-01&times%3Aacct.review=12";
    let refused = world.post(PATH, &mara, past).await;
    assert!(refused.body.contains("from today on at the earliest"));
}
