// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ArbitrationRules} from "./ArbitrationRules.sol";
import {Court} from "./Court.sol";
import {Dispute, DisputeStage, IArbitration, Panel, Ruling} from "./IArbitration.sol";

/// @title Appeals
/// @notice Appeals that anyone funds, and what a round comes to in money once the dispute is ruled.
/// @dev MONEY, per round
/// - Both sides put in the same: the bond for round 0, `costOf` the round for a later one. A vote for the final ruling earns
///   `FEE_PER_VOTE`, and its part of what the others of the round lose. The rest goes to the side that won, in proportion to
///   what each put in; undecided: each side gets its own less half of the fees.
/// - What is rounded down, and penalties when nobody was coherent, go to the fee router.
/// - Of a round that was not played everything goes back to those who put it in.
abstract contract Appeals is Court {
    /// @dev What somebody put in for a side.
    struct Contribution {
        address from;
        uint96 amount;
    }

    /// @dev Contributions for a round, by side.
    mapping(uint256 dispute => mapping(uint256 round => mapping(Ruling side => Contribution[] list)))
        private _contributions;

    mapping(uint256 dispute => mapping(uint256 round => mapping(Ruling side => uint256 amount))) private _funded;

    /// @inheritdoc IArbitration
    function fundAppeal(uint256 dispute, Ruling side, uint256 amount) external returns (uint256 taken) {
        // Effect: the round is counted, if that is due.
        Dispute storage data = _disputes[dispute];
        if (data.stage == DisputeStage.Committing) _openReveal(dispute, data);
        if (data.stage == DisputeStage.Revealing) _count(dispute, data);

        // Check: can be appealed, a side, in its time, not funded, and enough that few contributions fill it.
        _requireStage(dispute, DisputeStage.Appealing);
        require(side != Ruling.Undecided, ArbitrationNoSide());
        _requireInTime(dispute, _fundingEndOf(data, side));
        uint256 round = data.round + 1;
        uint256 missing = _missing(dispute, round, side);
        require(missing != 0, ArbitrationSideFunded(dispute, side));
        uint256 least = ArbitrationRules.leastContributionUp(round, missing);
        require(amount >= least, ArbitrationContributionTooSmall(amount, least));

        // Effect: take what is missing; the next round begins once nothing is on either side. Cast is safe: at most 155 CXT.
        taken = Math.min(amount, missing);
        _funded[dispute][round][side] += taken;
        _contributions[dispute][round][side].push(Contribution({from: msg.sender, amount: uint96(taken)}));

        emit AppealFunded(dispute, round, side, msg.sender, taken);

        if (_isFunded(dispute, round, Ruling.Claimant) && _isFunded(dispute, round, Ruling.Respondent)) {
            _beginRound(data, round);
            emit AppealOpened(dispute, round, ArbitrationRules.votesOf(round));
        }

        // Interaction: pull it; the whole call reverts if it does not come.
        _pull(taken);
    }

    /// @inheritdoc IArbitration
    function settleRound(uint256 dispute, uint256 round) external {
        // Check: final, a round that was played or paid for, once.
        Dispute storage data = _disputes[dispute];
        Panel storage panel = _panels[dispute][round];
        require(
            data.stage >= DisputeStage.Ruled && round <= ArbitrationRules.MAX_ROUND && !panel.settled,
            ArbitrationNothingToSettle(dispute, round)
        );

        // Effect: settled.
        panel.settled = true;

        // Effect: everything goes back of a round that was not played.
        if (panel.drawn == 0) {
            emit RoundSettled(dispute, round, 0, 0);
            _giveBack(dispute, data, round);
            return;
        }

        // Interaction: the pool lets the jurors' stake go and sends what they lose; then all is owed. It is this contract's own.
        (uint256 fees, uint256 penalties, uint256 paid) = _payJurors(dispute, data.ruling, round);
        emit RoundSettled(dispute, round, fees, penalties);
        uint256 deposit = round == 0 ? data.bond : ArbitrationRules.costOf(round);
        (uint256 forClaimant, uint256 forRespondent) = ArbitrationRules.sharesDown(data.ruling, deposit, fees);
        if (round == 0) {
            _owe(data.claimant, forClaimant);
            _owe(data.respondent, forRespondent);
            paid += forClaimant + forRespondent;
        } else {
            paid += _payFunders(dispute, round, Ruling.Claimant, forClaimant, deposit);
            paid += _payFunders(dispute, round, Ruling.Respondent, forRespondent, deposit);
        }
        _owe(_feeRouter, 2 * deposit + penalties - paid);
    }

    /// @inheritdoc IArbitration
    function appealOf(
        uint256 dispute
    ) external view returns (uint256 cost, uint256 forClaimant, uint256 forRespondent) {
        Dispute storage data = _disputes[dispute];
        uint256 round = data.round + 1;
        if (data.stage != DisputeStage.Appealing) return (0, 0, 0);
        cost = ArbitrationRules.costOf(round);
        forClaimant = _funded[dispute][round][Ruling.Claimant];
        forRespondent = _funded[dispute][round][Ruling.Respondent];
    }

    /// @inheritdoc IArbitration
    function fundedOf(uint256 dispute, uint256 round, Ruling side) external view returns (uint256) {
        return _funded[dispute][round][side];
    }

    /// @dev Ends the time to appeal if that is due; whether it was. Over at half-time already when the side that lost did not pay:
    /// then nothing that the other does changes anything.
    function _closeAppeal(uint256 dispute, Dispute storage data) internal returns (bool) {
        Ruling loser = ArbitrationRules.losingSideOf(data.ruling);
        bool isAppealed = _isFunded(dispute, data.round + 1, loser);
        uint256 end = isAppealed ? data.deadline : _fundingEndOf(data, loser);
        if (block.timestamp <= end) return false;
        _finish(dispute, data, isAppealed ? loser : data.ruling);
        return true;
    }

    /// @dev Owes everybody what it put in for a round that was not played.
    function _giveBack(uint256 dispute, Dispute storage data, uint256 round) private {
        if (round == 0) {
            _owe(data.claimant, data.bond);
            if (data.respondent != address(0)) _owe(data.respondent, data.bond);
            return;
        }
        for (uint256 i = 0; i < 2; ++i) {
            Ruling side = i == 0 ? Ruling.Claimant : Ruling.Respondent;
            uint256 funded = _funded[dispute][round][side];
            if (funded != 0) _payFunders(dispute, round, side, funded, funded);
        }
    }

    /// @dev Lets the stake of the jurors of a round go, takes penalties, owes them their fees and their parts of the penalties.
    function _payJurors(
        uint256 dispute,
        Ruling ruling,
        uint256 round
    ) private returns (uint256 fees, uint256 penalties, uint256 paid) {
        address[] memory jurors = _jurors[dispute][round];
        uint256[] memory votes = new uint256[](jurors.length);
        uint256[] memory losses = new uint256[](jurors.length);
        uint256 coherent = 0;
        for (uint256 i = 0; i < jurors.length; ++i) {
            Ballot storage ballot = _ballots[dispute][round][jurors[i]];
            (bool revealed, Ruling vote) = (ballot.revealed, ballot.ruling);
            votes[i] = ballot.votes;
            losses[i] = votes[i] * ArbitrationRules.penaltyOf(ruling, revealed, vote);
            if (revealed && ArbitrationRules.isCoherent(ruling, vote)) coherent += votes[i];
            else jurors[i] = address(0);
        }
        penalties = jurorPool.settle(_jurors[dispute][round], votes, losses);
        _receive(penalties);
        if (coherent == 0) return (0, penalties, 0);

        uint256 perVote = ArbitrationRules.FEE_PER_VOTE + penalties / coherent;
        fees = coherent * ArbitrationRules.FEE_PER_VOTE;
        paid = coherent * perVote;
        for (uint256 i = 0; i < jurors.length; ++i) {
            if (jurors[i] != address(0)) _owe(jurors[i], votes[i] * perVote);
        }
    }

    /// @dev Owes the funders of a side, who put in `whole` together, `amount` in proportion, rounded down.
    function _payFunders(
        uint256 dispute,
        uint256 round,
        Ruling side,
        uint256 amount,
        uint256 whole
    ) private returns (uint256 paid) {
        if (amount == 0) return 0;
        Contribution[] storage list = _contributions[dispute][round][side];
        for (uint256 i = 0; i < list.length; ++i) {
            Contribution memory contribution = list[i];
            // Cannot overflow: both are below 2^96.
            uint256 share = (amount * contribution.amount) / whole;
            _owe(contribution.from, share);
            paid += share;
        }
    }

    /// @dev Last second at which `side` can be funded.
    function _fundingEndOf(Dispute storage data, Ruling side) private view returns (uint256) {
        bool isLoser = side == ArbitrationRules.losingSideOf(data.ruling);
        return isLoser ? data.deadline - ArbitrationRules.APPEAL_WINDOW / 2 : data.deadline;
    }

    function _missing(uint256 dispute, uint256 round, Ruling side) private view returns (uint256) {
        return ArbitrationRules.costOf(round) - _funded[dispute][round][side];
    }

    function _isFunded(uint256 dispute, uint256 round, Ruling side) private view returns (bool) {
        return _missing(dispute, round, side) == 0;
    }
}
